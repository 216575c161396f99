from __future__ import annotations

import botocore.session
import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.calls import AWSCallError
from ansible_collections.llmops.bedrock.plugins.module_utils._aws.support import require_operations


def test_an_operation_that_boto3_is_too_old_for_is_named_with_the_remedy():
    client = botocore.session.Session().create_client(
        "bedrock", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    require_operations(client, "GetFoundationModel", "ListFoundationModels")
    with pytest.raises(AWSCallError, match=r"know NoSuchThing of Bedrock\. Remedy: pip install --upgrade boto3"):
        require_operations(client, "GetFoundationModel", "NoSuchThing")
