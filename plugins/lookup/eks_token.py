# Copyright: Contributors to the llmops.bedrock project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookup plugin: a bearer token for the Kubernetes API of an EKS cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
name: eks_token
author: Contributors to llmops.bedrock (@llmops)
version_added: 0.1.0
short_description: A token for the Kubernetes API of an EKS cluster
description:
  - Makes the bearer token that an EKS cluster accepts, as C(aws eks get-token) does, without starting a program and
    without a call to AWS.
  - The token is a request to AWS STS, signed on this machine with the AWS credentials that are found here. The
    cluster sends it to AWS to learn who asks, and lets in whom its access entries name.
  - Give it to the modules of kubernetes.core as O(kubernetes.core.k8s#module:api_key), together with
    O(kubernetes.core.k8s#module:host) and O(kubernetes.core.k8s#module:ca_cert).
options:
  _terms:
    description: Names of the EKS clusters.
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
notes:
  - O(endpoint_url) and the environment variables that replace an AWS endpoint have no effect. EKS accepts requests to
    AWS's own host only.
  - A token is good for 15 minutes. A template makes a new one each time it is evaluated, so do not keep it in a fact.
"""

EXAMPLES = r"""
- name: Namespaces of the cluster
  kubernetes.core.k8s_info:
    kind: Namespace
    host: "{{ cluster.endpoint }}"
    ca_cert: /tmp/cluster-ca.crt
    api_key: "{{ lookup('llmops.bedrock.eks_token', 'litellm', region='us-west-2') }}"
"""

RETURN = r"""
_raw:
  description: One token a cluster. Treat it as a password.
  type: list
  elements: str
"""

import base64
import re
import typing as t

try:
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from botocore.exceptions import BotoCoreError
    from botocore.loaders import create_loader
except ImportError as error:
    BOTOCORE_MISSING: ImportError | None = error
else:
    BOTOCORE_MISSING = None

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

_EXPIRES = 60


def host_of_sts(region: str) -> str:
    """AWS's own STS host in a region, with the DNS suffix of its partition."""
    for partition in create_loader().load_data("partitions")["partitions"]:
        if region in partition["regions"] or re.match(partition["regionRegex"], region):
            return f"sts.{region}.{partition['outputs']['dnsSuffix']}"
    raise AnsibleLookupError(f"eks_token: {region!r} is no AWS region that the installed botocore knows.")


def eks_token(credentials: t.Any, cluster: str, region: str) -> str:
    """The token for a cluster: a signed GetCallerIdentity that names the cluster in a header."""
    url = f"https://{host_of_sts(region)}/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest(method="GET", url=url, headers={"x-k8s-aws-id": cluster})
    SigV4QueryAuth(credentials, "sts", region, expires=_EXPIRES).add_auth(request)
    return "k8s-aws-v1." + base64.urlsafe_b64encode(request.url.encode()).decode().rstrip("=")


class LookupModule(LookupBase):
    """Ansible's way to the tokens."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        if BOTOCORE_MISSING:
            raise AnsibleLookupError("eks_token needs botocore on the controller") from BOTOCORE_MISSING
        self.set_options(var_options=variables, direct=kwargs)
        try:
            credentials, region = self._credentials(profile_asked="profile" in kwargs or "aws_profile" in kwargs)
        except BotoCoreError as error:
            raise AnsibleLookupError(f"eks_token: no AWS credentials: {error}") from error
        return [eks_token(credentials, cluster, region) for cluster in terms]

    def _credentials(self, *, profile_asked: bool) -> tuple[t.Any, str]:
        access_key, secret_key = self.get_option("access_key"), self.get_option("secret_key")
        region = self.get_option("region")
        if access_key and secret_key and region and not profile_asked:
            return Credentials(access_key, secret_key, self.get_option("session_token")), region

        # Only here: it doubles the time that the import takes.
        import botocore.session  # noqa: PLC0415

        session = botocore.session.Session(profile=self.get_option("profile"))
        region = region or session.get_config_variable("region")
        if not region:
            raise AnsibleLookupError("eks_token: no region. Give region=, or set AWS_REGION.")
        if access_key and secret_key and not profile_asked:
            return Credentials(access_key, secret_key, self.get_option("session_token")), region
        credentials = session.get_credentials()
        if credentials is None:
            raise AnsibleLookupError(
                "eks_token: no AWS credentials. Give access_key= and secret_key= or profile=, "
                "or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        return credentials, region
