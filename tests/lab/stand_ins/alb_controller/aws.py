"""What the controller reads of AWS: its own resources by their tags, subnets, certificates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import boto3  # type: ignore[import-untyped]

from . import naming
from .model import BuildError

Object = dict[str, Any]
BATCH = 20
"""DescribeTags takes twenty ARNs at most."""


class Aws:
    """The clients of one region; credentials come from the pod's identity."""

    def __init__(self, region: str, cluster: str, vpc: str) -> None:
        session = boto3.session.Session(region_name=region)
        self.elb: Any = session.client("elbv2")
        self.ec2: Any = session.client("ec2")
        self.acm: Any = session.client("acm")
        self.cluster = cluster
        self.vpc = vpc

    def tags(self, arns: Iterable[str]) -> dict[str, dict[str, str]]:
        """Tags by ARN."""
        wanted, found = list(arns), {}
        for start in range(0, len(wanted), BATCH):
            answer = self.elb.describe_tags(ResourceArns=wanted[start : start + BATCH])
            for row in answer["TagDescriptions"]:
                found[row["ResourceArn"]] = {tag["Key"]: tag["Value"] for tag in row["Tags"]}
        return found

    def _owned(self, rows: list[Object], key: str, stack: str | None) -> list[Object]:
        told = self.tags(row[key] for row in rows)
        return [
            {**row, "Tags": told.get(row[key], {})}
            for row in rows
            if told.get(row[key], {}).get(naming.CLUSTER_TAG) == self.cluster
            and stack in (None, told[row[key]].get(naming.STACK_TAG))
        ]

    def load_balancers(self, stack: str | None = None) -> list[Object]:
        """Load balancers of the cluster, or of one stack, with their tags."""
        pages = self.elb.get_paginator("describe_load_balancers").paginate()
        rows = [row for page in pages for row in page["LoadBalancers"]]
        return self._owned(rows, "LoadBalancerArn", stack)

    def target_groups(self, stack: str | None = None) -> list[Object]:
        """Target groups of the cluster, or of one stack, with their tags."""
        pages = self.elb.get_paginator("describe_target_groups").paginate()
        rows = [row for page in pages for row in page["TargetGroups"]]
        return self._owned(rows, "TargetGroupArn", stack)

    def security_groups(self, **tags: str) -> list[Object]:
        """Security groups of the cluster with these tags."""
        filters = [{"Name": f"tag:{naming.CLUSTER_TAG}", "Values": [self.cluster]}]
        filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
        found: list[Object] = self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        return found

    def subnets(self, scheme: str) -> list[str]:
        """One subnet a zone with the role tag that AWS's guide asks for; two zones at least."""
        role = "elb" if scheme == "internet-facing" else "internal-elb"
        filters = [
            {"Name": "vpc-id", "Values": [self.vpc]},
            {"Name": "tag-key", "Values": [f"kubernetes.io/role/{role}"]},
        ]
        rows = self.ec2.describe_subnets(Filters=filters)["Subnets"]
        zones = {row["AvailabilityZone"]: row["SubnetId"] for row in sorted(rows, key=lambda r: r["SubnetId"])}
        if len(zones) < 2:
            raise BuildError(
                f"couldn't auto-discover subnets: {len(zones)} of the zones of VPC {self.vpc} have a subnet "
                f"with the tag kubernetes.io/role/{role}; two are needed"
            )
        return sorted(zones.values())

    def certificates(self) -> dict[str, tuple[str, ...]]:
        """ISSUED certificates with all their names."""
        pages = self.acm.get_paginator("list_certificates").paginate(CertificateStatuses=["ISSUED"])
        arns = [row["CertificateArn"] for page in pages for row in page["CertificateSummaryList"]]
        told = (self.acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns)
        return {each["CertificateArn"]: tuple(each["SubjectAlternativeNames"]) for each in told}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags in AWS's form."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
