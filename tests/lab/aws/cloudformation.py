"""CloudFormation: the resource types of eksctl's stacks that ministack does not know, and one that it knows in part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.lab.aws import ec2, eks, emulator
from tests.lab.aws.emulator import Answer, parsed

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]
Create = Callable[[str, Properties, str], Created]
Delete = Callable[[str, Properties], Any]


def checked(response: Answer, absent_is_fine: bool = False) -> Any:
    """The body of a service's answer; a refusal fails the resource, as in AWS."""
    if response[0] >= 400 and not (absent_is_fine and response[0] == 404):
        body = parsed(response)
        raise ValueError(f"{body.get('message', body)} (Service: Eks, Status Code: {response[0]})")
    return parsed(response)


def provisioners() -> Any:
    """ministack's table of resource types."""
    return emulator.service("cloudformation.provisioners")


def camel(properties: Properties, *without: str) -> Properties:
    """CloudFormation's PascalCase to the API's camelCase."""
    kept = {key: value for key, value in properties.items() if key not in without}
    result: Properties = provisioners()._pascal_to_camel(kept)
    return result


def create_address(logical_id: str, properties: Properties, stack: str) -> Created:
    """AWS::EC2::EIP."""
    ec2 = emulator.service("ec2")
    before = set(ec2._addresses)
    ec2._allocate_address({"Domain": ["vpc"]})
    address = ec2._addresses[(set(ec2._addresses) - before).pop()]
    provisioners()._ec2_apply_tags(address["AllocationId"], properties)
    return address["PublicIp"], {"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]}


def delete_address(physical_id: str, properties: Properties) -> None:
    """Release the address."""
    addresses = emulator.service("ec2")._addresses
    for key in [key for key, address in addresses.items() if address["PublicIp"] == physical_id]:
        addresses.pop(key)


def create_nat(logical_id: str, properties: Properties, stack: str) -> Created:
    """AWS::EC2::NatGateway."""
    ec2 = emulator.service("ec2")
    before = set(ec2._nat_gateways)
    ec2._create_nat_gateway({key: [value] for key, value in properties.items() if isinstance(value, str)})
    gateway = (set(ec2._nat_gateways) - before).pop()
    provisioners()._ec2_apply_tags(gateway, properties)
    return gateway, {"NatGatewayId": gateway}


def rule_handlers(store: str) -> tuple[Create, Delete]:
    """AWS::EC2::SecurityGroupIngress and -Egress."""

    def create(logical_id: str, properties: Properties, stack: str) -> Created:
        group = emulator.service("ec2")._security_groups.get(properties.get("GroupId"))
        if group is None:
            raise ValueError(f"The security group '{properties.get('GroupId')}' does not exist")
        group[store].extend(provisioners()._ec2_sg_permissions([properties]))
        return f"sgr-{emulator.module('core.responses').new_uuid().replace('-', '')[:17]}", {}

    def delete(physical_id: str, properties: Properties) -> None:
        group = emulator.service("ec2")._security_groups.get(properties.get("GroupId"))
        if group:
            gone = provisioners()._ec2_sg_permissions([properties])
            group[store][:] = [rule for rule in group[store] if rule not in gone]

    return create, delete


def create_access_entry(logical_id: str, properties: Properties, stack: str) -> Created:
    """AWS::EKS::AccessEntry."""
    service, cluster = emulator.service("eks"), properties["ClusterName"]
    entry = checked(service._create_access_entry(cluster, camel(properties, "AccessPolicies", "Tags")))["accessEntry"]
    for policy in provisioners()._pascal_to_camel(properties.get("AccessPolicies") or []):
        checked(service._associate_access_policy(cluster, properties["PrincipalArn"], policy))
    return f"{properties['PrincipalArn']}|{cluster}", {"AccessEntryArn": entry["accessEntryArn"]}


def create_association(logical_id: str, properties: Properties, stack: str) -> Created:
    """AWS::EKS::PodIdentityAssociation."""
    body = camel(properties, "Tags")
    made = checked(emulator.service("eks")._create_pod_identity_association(properties["ClusterName"], body))
    association = made["association"]
    return association["associationArn"], {
        "AssociationArn": association["associationArn"],
        "AssociationId": association["associationId"],
    }


def create_cluster(original: Create) -> Create:
    """AWS::EKS::Cluster with the properties that ministack drops, and only when the cluster is ACTIVE."""

    def create(logical_id: str, properties: Properties, stack: str) -> Created:
        physical_id, attributes = original(logical_id, properties, stack)
        cluster = eks.find(physical_id)
        known = camel(properties)
        cluster["accessConfig"].update(known.get("accessConfig") or {})
        cluster["kubernetesNetworkConfig"].update(known.get("kubernetesNetworkConfig") or {})
        for key in ("upgradePolicy", "encryptionConfig", "deletionProtection", "zonalShiftConfig"):
            if key in known:
                cluster[key] = known[key]
        if not cluster["accessConfig"].get("bootstrapClusterCreatorAdminPermissions", True):
            remove_creator(physical_id)
        eks.wait_created(physical_id)
        return physical_id, attributes

    return create


def remove_creator(cluster: str) -> None:
    """Take back the creator's access entry: ministack made it before it knew the property."""
    service = emulator.service("eks")
    creator = service._clusters[cluster].get("_creator_arn") or eks.caller_arn()
    service._delete_access_entry(cluster, creator)


def delete_cluster(physical_id: str, properties: Properties) -> None:
    """A refused deletion fails the stack."""
    checked(emulator.service("eks")._delete_cluster(physical_id), absent_is_fine=True)


def guard_delete(resource_type: str, field: str) -> None:
    """A subnet or security group that a load balancer uses fails the stack's deletion, as in AWS."""
    handlers = provisioners()._RESOURCE_HANDLERS[f"AWS::{resource_type}"]
    original = handlers["delete"]

    def delete(physical_id: str, properties: Properties) -> None:
        if ec2.users_of(field, physical_id):
            raise ValueError(f"resource {physical_id} has a dependent object (Service: Ec2, Status Code: 400)")
        original(physical_id, properties)

    handlers["delete"] = delete


def register(resource_type: str, create: Create, delete: Delete) -> None:
    """Make a resource type known."""
    provisioners()._RESOURCE_HANDLERS[f"AWS::{resource_type}"] = {"create": create, "delete": delete}


def install() -> None:
    """Fill the gaps of CloudFormation."""
    service = emulator.service("eks")
    register("EC2::EIP", create_address, delete_address)
    register("EC2::NatGateway", create_nat, lambda gateway, p: emulator.service("ec2")._nat_gateways.pop(gateway, None))
    register("EC2::SecurityGroupIngress", *rule_handlers("IpPermissions"))
    register("EC2::SecurityGroupEgress", *rule_handlers("IpPermissionsEgress"))
    register(
        "EKS::AccessEntry",
        create_access_entry,
        lambda entry, p: service._delete_access_entry(p["ClusterName"], p["PrincipalArn"]),
    )
    register(
        "EKS::PodIdentityAssociation",
        create_association,
        lambda arn, p: service._delete_pod_identity_association(p["ClusterName"], arn.rsplit("/", 1)[1]),
    )
    guard_delete("EC2::Subnet", "Subnets")
    guard_delete("EC2::SecurityGroup", "SecurityGroups")
    handlers = provisioners()._RESOURCE_HANDLERS["AWS::EKS::Cluster"]
    handlers["create"] = create_cluster(handlers["create"])
    handlers["delete"] = delete_cluster

    @emulator.override(emulator.service("cloudformation.stacks"), "_runs_on_worker_thread")
    def threaded(original: Any, resource_type: str) -> bool:
        # EKS types speak to the API server, which asks this process back: never from the event loop.
        return resource_type.startswith("AWS::EKS::") or bool(original(resource_type))
