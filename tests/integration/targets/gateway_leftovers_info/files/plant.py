"""Leave one thing of each kind behind for a cluster name, the way that the product and its controllers make them.

usage: plant.py REGION CLUSTER ...    prints {cluster: {kind: id}} as JSON. Endpoints and keys: from the environment
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import boto3

Tags = dict[str, str]
MINE = "llmops.bedrock/cluster"


class Planter:
    """Makes leftovers of one cluster. Methods named after a kind return the id under which it has to be found."""

    def __init__(self, region: str, cluster: str) -> None:
        self.cluster = cluster
        self.region = region
        self.client: Callable[[str], Any] = lambda service: boto3.client(service, region_name=region)
        self.ec2 = self.client("ec2")
        self.elbv2 = self.client("elbv2")
        self.eksctl = {"alpha.eksctl.io/cluster-name": cluster}
        self.controller = {"elbv2.k8s.aws/cluster": cluster, "ingress.k8s.aws/stack": cluster}
        self.driver = {"ebs.csi.aws.com/cluster": "true", f"kubernetes.io/cluster/{cluster}": "owned"}

    def plant(self) -> dict[str, str]:
        """One of each. The methods stand in the order of their dependencies."""
        kinds = [name for name in vars(Planter) if name != "plant" and not name.startswith("_")]
        return {kind: getattr(self, kind)() for kind in kinds}

    def vpc(self) -> str:
        self.vpc_id = self.ec2.create_vpc(CidrBlock="192.168.0.0/16", **self._specification("vpc", self.eksctl))["Vpc"][
            "VpcId"
        ]
        self.subnet_id = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock="192.168.0.0/24")["Subnet"]["SubnetId"]
        return self.vpc_id

    def security_group(self) -> str:
        made = self.ec2.create_security_group(
            GroupName=f"k8s-traffic-{self.cluster}-0",
            Description="[k8s] Shared Backend SecurityGroup for LoadBalancer",
            VpcId=self.vpc_id,
            **self._specification("security-group", self.controller),
        )
        return made["GroupId"]

    def network_interface(self) -> str:
        made = self.ec2.create_network_interface(SubnetId=self.subnet_id, Description="aws-K8S-i-1")
        name = made["NetworkInterface"]["NetworkInterfaceId"]
        self.ec2.create_tags(Resources=[name], Tags=pairs({"cluster.k8s.amazonaws.com/name": self.cluster}))
        return name

    def elastic_ip(self) -> str:
        self.allocation = self.ec2.allocate_address(Domain="vpc", **self._specification("elastic-ip", self.eksctl))[
            "AllocationId"
        ]
        return self.allocation

    def nat_gateway(self) -> str:
        made = self.ec2.create_nat_gateway(
            SubnetId=self.subnet_id, AllocationId=self.allocation, **self._specification("natgateway", self.eksctl)
        )
        return made["NatGateway"]["NatGatewayId"]

    def vpc_endpoint(self) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc_id, ServiceName=f"com.amazonaws.{self.region}.bedrock-runtime", VpcEndpointType="Interface"
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def load_balancer(self) -> str:
        made = self.elbv2.create_load_balancer(
            Name=f"k8s-{self.cluster[:20]}-0", Subnets=[self.subnet_id], Tags=pairs(self.controller)
        )["LoadBalancers"][0]
        self.dns_name = made["DNSName"]
        return made["LoadBalancerArn"]

    def target_group(self) -> str:
        made = self.elbv2.create_target_group(
            Name=f"k8s-t-{self.cluster[:20]}",
            Protocol="HTTP",
            Port=4000,
            VpcId=self.vpc_id,
            TargetType="ip",
            Tags=pairs(self.controller),
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    def classic_load_balancer(self) -> str:
        name = f"a{self.cluster}0123456789"
        self.client("elb").create_load_balancer(
            LoadBalancerName=name,
            Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 30080}],
            Tags=pairs({f"kubernetes.io/cluster/{self.cluster}": "owned"}),
        )
        return name

    def volume(self) -> str:
        made = self.ec2.create_volume(
            AvailabilityZone=f"{self.region}a", Size=8, **self._specification("volume", self.driver)
        )
        self.volume_id = made["VolumeId"]
        return self.volume_id

    def snapshot(self) -> str:
        made = self.ec2.create_snapshot(VolumeId=self.volume_id, **self._specification("snapshot", self.driver))
        return made["SnapshotId"]

    def instance(self) -> str:
        made = self.ec2.run_instances(
            ImageId="ami-12345678",
            MinCount=1,
            MaxCount=1,
            **self._specification("instance", {"eks:cluster-name": self.cluster}),
        )
        return made["Instances"][0]["InstanceId"]

    def autoscaling_group(self) -> str:
        name = f"eks-{self.cluster}-0"
        tag = {"Key": "eks:cluster-name", "Value": self.cluster, "PropagateAtLaunch": True}
        self.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=0,
            MaxSize=0,
            AvailabilityZones=[f"{self.region}a"],
            Tags=[{**tag, "ResourceId": name, "ResourceType": "auto-scaling-group"}],
        )
        return name

    def database(self) -> str:
        name = f"{self.cluster}-postgres"
        self.client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="litellm",
            ManageMasterUserPassword=True,
            Tags=pairs({MINE: self.cluster}),
        )
        return name

    def launch_template(self) -> str:
        """eksctl's own: the cluster's name stands in the template's name and in what it tags, not in its tags."""
        instance_tags = {"Name": f"{self.cluster}-general-Node", "alpha.eksctl.io/nodegroup-name": "general"}
        made = self.ec2.create_launch_template(
            LaunchTemplateName=f"eksctl-{self.cluster}-nodegroup-general",
            LaunchTemplateData={"TagSpecifications": [{"ResourceType": "instance", "Tags": pairs(instance_tags)}]},
        )
        return made["LaunchTemplate"]["LaunchTemplateId"]

    def cloudformation_stack(self) -> str:
        template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
        name = f"eksctl-{self.cluster}-addon-something"
        made = self.client("cloudformation").create_stack(
            StackName=name, TemplateBody=json.dumps(template), Tags=pairs(self.eksctl)
        )
        return made["StackId"]

    def eks_cluster(self) -> str:
        self.eks = self.client("eks")
        self.role = "arn:aws:iam::111122223333:role/any"
        self.eks.create_cluster(
            name=self.cluster, roleArn=self.role, resourcesVpcConfig={"subnetIds": [self.subnet_id]}
        )
        return self.cluster

    def eks_nodegroup(self) -> str:
        self.eks.create_nodegroup(
            clusterName=self.cluster, nodegroupName="general", nodeRole=self.role, subnets=[self.subnet_id]
        )
        return "general"

    def eks_addon(self) -> str:
        self.eks.create_addon(clusterName=self.cluster, addonName="vpc-cni")
        return "vpc-cni"

    def eks_pod_identity_association(self) -> str:
        made = self.eks.create_pod_identity_association(
            clusterName=self.cluster, namespace="litellm", serviceAccount="litellm", roleArn=self.role
        )
        return made["association"]["associationId"]

    def iam_role(self) -> str:
        trust = {"Version": "2012-10-17", "Statement": []}
        made = self.client("iam").create_role(
            Path=f"/litellm/{self.cluster}/",
            RoleName=f"{self.cluster}-bedrock",
            AssumeRolePolicyDocument=json.dumps(trust),
        )
        return made["Role"]["RoleName"]

    def iam_policy(self) -> str:
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}],
        }
        made = self.client("iam").create_policy(
            Path=f"/litellm/{self.cluster}/",
            PolicyName=f"{self.cluster}-bedrock",
            PolicyDocument=json.dumps(document),
        )
        return made["Policy"]["Arn"]

    def iam_oidc_provider(self) -> str:
        issuer = self.eks.describe_cluster(name=self.cluster)["cluster"]["identity"]["oidc"]["issuer"]
        made = self.client("iam").create_open_id_connect_provider(
            Url=issuer.replace("http://", "https://"), ThumbprintList=["0" * 40], ClientIDList=["sts.amazonaws.com"]
        )
        return made["OpenIDConnectProviderArn"]

    def dns_record(self) -> str:
        zone = self.client("route53").create_hosted_zone(Name=f"{self.cluster}.example.", CallerReference=self.cluster)
        self.zone_id = zone["HostedZone"]["Id"]
        alias = {"HostedZoneId": "Z1H1FL5HABSF5", "DNSName": self.dns_name + ".", "EvaluateTargetHealth": False}
        return self._record("litellm", "A", AliasTarget=alias)

    def dns_mark(self) -> str:
        """What role dns writes beside a host's address."""
        value = f'"{MINE}={self.cluster}"'
        return self._record("_llmops-bedrock.chat", "TXT", TTL=300, ResourceRecords=[{"Value": value}])

    def marked_dns_record(self) -> str:
        """An address that leads anywhere: the mark alone says whose it is."""
        return self._record("chat", "A", TTL=300, ResourceRecords=[{"Value": "192.0.2.1"}])

    def _record(self, label: str, kind: str, **what: Any) -> str:
        name = f"{label}.{self.cluster}.example"
        change = {"Action": "CREATE", "ResourceRecordSet": {"Name": name, "Type": kind, **what}}
        self.client("route53").change_resource_record_sets(HostedZoneId=self.zone_id, ChangeBatch={"Changes": [change]})
        return f"{self.zone_id.rpartition('/')[2]}/{name}/{kind}"

    def secret(self) -> str:
        made = self.client("secretsmanager").create_secret(Name=f"litellm/{self.cluster}/keys", SecretString="{}")
        return made["ARN"]

    def deleted_secret(self) -> str:
        secrets = self.client("secretsmanager")
        made = secrets.create_secret(Name=f"litellm/{self.cluster}/old", SecretString="{}")
        secrets.delete_secret(SecretId=made["ARN"], RecoveryWindowInDays=7)
        return made["ARN"]

    def log_group(self) -> str:
        name = f"/aws/eks/{self.cluster}/cluster"
        self.client("logs").create_log_group(logGroupName=name)
        return name

    def certificate(self) -> str:
        made = self.client("acm").request_certificate(
            DomainName=f"litellm.{self.cluster}.example", ValidationMethod="DNS", Tags=pairs({MINE: self.cluster})
        )
        return made["CertificateArn"]

    def provisioned_throughput(self) -> str:
        self.bedrock = self.client("bedrock")
        self.bedrock_tags = [{"key": MINE, "value": self.cluster}]
        made = self.bedrock.create_provisioned_model_throughput(
            provisionedModelName=f"{self.cluster}-nova",
            modelId="amazon.nova-lite-v1:0:24k",
            modelUnits=1,
            tags=self.bedrock_tags,
        )
        return made["provisionedModelArn"]

    def custom_model(self) -> str:
        """What playbooks/finetune.yml makes by a job, here from files."""
        made = self.bedrock.create_custom_model(
            modelName=f"{self.cluster}-support",
            modelSourceConfig={"s3DataSource": {"s3Uri": "s3://our-training-data/model/"}},
            roleArn=self.role,
            modelTags=self.bedrock_tags,
        )
        self.model_arn = made["modelArn"]
        return self.model_arn

    def custom_model_deployment(self) -> str:
        made = self.bedrock.create_custom_model_deployment(
            modelDeploymentName=f"{self.cluster}-support", modelArn=self.model_arn, tags=self.bedrock_tags
        )
        return made["customModelDeploymentArn"]

    def imported_model(self) -> str:
        job = self._import_job("import", "llama", importedModelTags=self.bedrock_tags)
        return self.bedrock.get_model_import_job(jobIdentifier=job)["importedModelArn"]

    def model_customization_job(self) -> str:
        """One that runs; the account makes it so for its name."""
        made = self.bedrock.create_model_customization_job(
            jobName=f"{self.cluster}-training-running",
            customModelName=f"{self.cluster}-next",
            roleArn=self.role,
            baseModelIdentifier="amazon.nova-lite-v1:0:300k",
            trainingDataConfig={"s3Uri": "s3://our-training-data/train.jsonl"},
            outputDataConfig={"s3Uri": "s3://our-training-data/out/"},
            jobTags=self.bedrock_tags,
        )
        return made["jobArn"]

    def model_import_job(self) -> str:
        return self._import_job("import-running", "mistral", jobTags=self.bedrock_tags)

    def _import_job(self, name: str, model: str, **tags: list[Tags]) -> str:
        made = self.bedrock.create_model_import_job(
            jobName=f"{self.cluster}-{name}",
            importedModelName=f"{self.cluster}-{model}",
            roleArn=self.role,
            modelDataSource={"s3DataSource": {"s3Uri": f"s3://our-training-data/{model}/"}},
            **tags,
        )
        return made["jobArn"]

    @staticmethod
    def _specification(kind: str, tags: Tags) -> dict[str, Any]:
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]}


def pairs(tags: Tags) -> list[dict[str, str]]:
    """Tags in the form that most services take."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


if __name__ == "__main__":
    region, *clusters = sys.argv[1:]
    print(json.dumps({name: Planter(region, name).plant() for name in clusters}))
