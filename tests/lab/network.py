"""The lab's one network device, the way out of it, and the kernel settings that go with it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.lab.settings import ADDRESS, BRIDGE, POD_CIDR, STATE
from tests.lab.system import run, succeeds

PREFIX_LENGTH = POD_CIDR.partition("/")[2]
TABLE = "llmops_lab"
"""nftables table (family ip) that lets pods reach the world behind this machine's address."""
PROXY_TABLES = (("ip", "kube-proxy"), ("ip6", "kube-proxy"))
FORWARD_COMMENT = "llmops-bedrock-lab"

SYSCTLS = {"net/ipv4/ip_forward": "1"}
"""Set by the lab."""
TOUCHED_SYSCTLS = (
    *SYSCTLS,
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)
"""Set by the lab or by the kubelet, whatever it is told; `down` puts back what was there."""
SAVED_SYSCTLS = STATE / "sysctl.json"
PROC_SYS = Path("/proc/sys")


def ruleset() -> str:
    """The lab's own nftables table, replaced as a whole in one transaction."""
    return f"""table ip {TABLE}
delete table ip {TABLE}
table ip {TABLE} {{
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {POD_CIDR} oifname != "{BRIDGE}" masquerade
  }}
}}
"""


def ensure() -> bool:
    """Make device, address, table and kernel settings; True when something was missing."""
    changed = save_sysctls()
    for name, value in SYSCTLS.items():
        if (PROC_SYS / name).read_text().strip() != value:
            (PROC_SYS / name).write_text(value)
            changed = True
    if not Path(f"/sys/class/net/{BRIDGE}").exists():
        run(["ip", "link", "add", BRIDGE, "type", "bridge"])
        changed = True
    if f"{ADDRESS}/{PREFIX_LENGTH}" not in run(["ip", "-4", "-o", "address", "show", "dev", BRIDGE]):
        run(["ip", "address", "replace", f"{ADDRESS}/{PREFIX_LENGTH}", "dev", BRIDGE])
        changed = True
    run(["ip", "link", "set", BRIDGE, "up"])
    if not succeeds(["nft", "list", "table", "ip", TABLE]):
        run(["nft", "-f", "-"], stdin=ruleset())
        changed = True
    return changed | allow_forwarding()


def save_sysctls() -> bool:
    """Note what the kernel settings were, once a lab; True when noted."""
    if SAVED_SYSCTLS.exists():
        return False
    values = {name: (PROC_SYS / name).read_text().strip() for name in TOUCHED_SYSCTLS if (PROC_SYS / name).exists()}
    unfinished = SAVED_SYSCTLS.with_suffix(".new")
    unfinished.write_text(json.dumps(values, indent=1))
    unfinished.replace(SAVED_SYSCTLS)
    return True


def restore_sysctls() -> None:
    """Put the kernel settings back."""
    if not SAVED_SYSCTLS.exists():
        return
    for name, value in json.loads(SAVED_SYSCTLS.read_text()).items():
        if (PROC_SYS / name).read_text().strip() != value:
            (PROC_SYS / name).write_text(value)


def forward_rules() -> list[list[str]]:
    """Rules that let the lab's packets through a firewall which drops what is forwarded (as Docker sets up)."""
    comment = ["-m", "comment", "--comment", FORWARD_COMMENT, "-j", "ACCEPT"]
    return [["FORWARD", "-i", BRIDGE, *comment], ["FORWARD", "-o", BRIDGE, *comment]]


def drops_forwarded() -> bool:
    """Whether this machine's firewall drops forwarded packets. Asked without creating iptables' own tables."""
    listing = run(["nft", "list", "chain", "ip", "filter", "FORWARD"], check=False)
    return "policy drop" in listing


def allow_forwarding() -> bool:
    """Open the way for the lab's packets where a firewall closes it; True when rules were added."""
    if not drops_forwarded():
        return False
    missing = [rule for rule in forward_rules() if not succeeds(["iptables", "-C", *rule])]
    for rule in missing:
        run(["iptables", "-I", *rule])
    return bool(missing)


def remove() -> None:
    """Remove tables, rules, devices and addresses of the lab, and put the kernel settings back."""
    if drops_forwarded():
        for rule in forward_rules():
            run(["iptables", "-D", *rule], check=False)
    for family, table in (("ip", TABLE), *PROXY_TABLES):
        run(["nft", "delete", "table", family, table], check=False)
    for port in ports_of_bridge():
        run(["ip", "link", "delete", port], check=False)
    run(["ip", "link", "delete", BRIDGE], check=False)
    restore_sysctls()


def ports_of_bridge() -> list[str]:
    """Devices plugged into the bridge: one a pod."""
    folder = Path(f"/sys/class/net/{BRIDGE}/brif")
    return sorted(port.name for port in folder.iterdir()) if folder.is_dir() else []
