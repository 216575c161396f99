"""Provisioned throughput, its costs and a model of one's own, by their playbooks: from a plan to an answer, and back.

The tests build on each other. They want an installed gateway, as test_walkthrough.py leaves it, and leave it as it was
but for the records of training jobs, which Bedrock keeps.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import threading
import time
import typing as t
from pathlib import Path

import openai
import pytest
import requests
import yaml

from tests import rehearse
from tests.walkthrough.conftest import Play, recap, secrets

THROUGHPUT, FINETUNE, COSTS, MODELS, SITE = (
    f"playbooks/{name}.yml" for name in ("throughput", "finetune", "costs", "models", "site")
)
HOST = "litellm.rehearsal.example"
NAME, JOB, CUSTOM, FAST = "nova-micro", "support-1", "support", "support-fast"
BASE = "amazon.nova-micro-v1:0"
PURCHASE, TRAINING = "CreateProvisionedModelThroughput", "CreateModelCustomizationJob"
PRICE = {
    "model_id": BASE,
    "source": "made up for this test",
    "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    "unit_hour": {"none": "6.00", "OneMonth": "4.00"},
    "input_per_million": "0.035",
    "output_per_million": "0.14",
}
Aws = t.Callable[[str], t.Any]
Vars = t.Callable[..., tuple[str, str]]


def inventory() -> list[dict[str, t.Any]]:
    """The rehearsal's own gateway_models."""
    text = (rehearse.CHECKOUT / "inventories/rehearsal/group_vars/all/main.yml").read_text()
    return t.cast("list[dict[str, t.Any]]", yaml.safe_load(text)["gateway_models"])


def nova(**throughput: t.Any) -> dict[str, t.Any]:
    """A model with provisioned throughput."""
    block = {
        "name": NAME,
        "model_id": f"{BASE}:24k",
        "commitment_duration": "none",
        "price_per_unit_hour": "6.00",
        **throughput,
    }
    return {"name": "nova", "bedrock_model": f"us.{BASE}", "provisioned_throughput": block}


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Vars:
    """Writes variables into a file, and returns the arguments that hand it to a play."""

    def write(**values: t.Any) -> tuple[str, str]:
        file = tmp_path_factory.mktemp("variables") / "all.json"
        file.write_text(json.dumps(values))
        return "-e", f"@{file}"

    return write


@pytest.fixture(scope="module")
def silent(variables: Vars) -> tuple[str, str]:
    """The list with throughput that nobody has agreed to pay for."""
    return variables(gateway_models=[*inventory(), nova()])


@pytest.fixture(scope="module")
def agreed(variables: Vars) -> tuple[str, str]:
    """The same list with the word."""
    return variables(gateway_models=[*inventory(), nova(acknowledge_cost=True)])


@pytest.fixture(scope="module")
def seen(lab_env: dict[str, str]) -> t.Callable[[str], int]:
    """How often the emulated AWS has been asked for an operation of Bedrock."""
    log = Path(lab_env["LAB_STATE"]) / "logs" / "aws-requests.log"
    return lambda operation: len(re.findall(rf"\b\d{{3}} bedrock {operation}\b", log.read_text()))


@pytest.fixture(scope="module")
def knobs(lab_env: dict[str, str]) -> t.Iterator[t.Callable[..., None]]:
    """Turns the emulated Bedrock's knobs; all are back at the end."""
    url = f"{lab_env['AWS_ENDPOINT_URL']}/_lab/faults"
    yield lambda **wanted: requests.put(url, json=wanted, timeout=10).raise_for_status()
    requests.delete(url, timeout=10).raise_for_status()


@pytest.fixture(scope="module")
def client(lab_env: dict[str, str], aws: Aws) -> openai.OpenAI:
    """An application's client."""
    os.environ["SSL_CERT_FILE"] = lab_env["SSL_CERT_FILE"]
    return openai.OpenAI(base_url=f"https://{HOST}/v1", api_key=secrets(aws)["LITELLM_MASTER_KEY"])


def ask(client: openai.OpenAI, model: str) -> str:
    """The answer; the emulated Bedrock's says which model it stands for."""
    messages: t.Any = [{"role": "user", "content": "Who are you?"}]
    return client.chat.completions.create(model=model, messages=messages).choices[0].message.content or ""


def answer_of(client: openai.OpenAI, model: str, who: str) -> str:
    """The answer, once it is of whom it should be: LiteLLM reads its list of models every 30 s."""
    deadline = time.monotonic() + 60
    while who not in (answer := ask(client, model)) and time.monotonic() < deadline:
        time.sleep(1)
    assert who in answer
    return answer


def throughputs(aws: Aws) -> dict[str, dict[str, t.Any]]:
    listed = aws("bedrock").list_provisioned_model_throughputs()["provisionedModelSummaries"]
    return {each["provisionedModelName"]: each for each in listed}


def rights(aws: Aws) -> str:
    """The policy of LiteLLM's pods."""
    iam = aws("iam")
    policies = iam.list_policies(Scope="Local", PathPrefix="/litellm/litellm/")["Policies"]
    policy = next(each for each in policies if each["PolicyName"] == "litellm-litellm")
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    return json.dumps(version["PolicyVersion"]["Document"])


# --- Provisioned throughput -----------------------------------------------------------------------------------------


def test_the_plan_says_what_it_costs_and_buys_nothing(
    lab_env: dict[str, str], silent: tuple[str, str], seen: t.Callable[[str], int]
) -> None:
    before = seen(PURCHASE)
    output = Play("throughput-plan", THROUGHPUT, *silent, env=lab_env).finish()
    assert "6.00 USD" in output and "4380.00 USD" in output and "set acknowledge_cost: true" in output
    assert (recap(output)["changed"], seen(PURCHASE)) == (0, before)


def test_without_a_word_nothing_is_bought(
    lab_env: dict[str, str], silent: tuple[str, str], seen: t.Callable[[str], int]
) -> None:
    before = seen(PURCHASE)
    output = Play("throughput-silent", THROUGHPUT, *silent, "-e", "throughput_action=buy", env=lab_env).stop()
    assert "acknowledge_cost: true" in output and "Nothing was bought" in output
    assert seen(PURCHASE) == before


@pytest.mark.parametrize(
    "change, told",
    [
        ({"commitment_duration": "OneYear"}, "OneMonth or SixMonths"),
        ({"model_id": "amazon.nova-canvas-v1:0"}, "reached its end of life on 2026-09-30"),
        ({"model_id": "anthropic.claude-sonnet-4-5-20250929-v1:0"}, "is a legacy model"),
    ],
)
def test_what_aws_does_not_sell_is_refused_in_check_mode(
    lab_env: dict[str, str], variables: Vars, seen: t.Callable[[str], int], change: dict[str, str], told: str
) -> None:
    before = seen(PURCHASE)
    wanted = variables(gateway_models=[*inventory(), nova(acknowledge_cost=True, **change)])
    arguments = (THROUGHPUT, *wanted, "-e", "throughput_action=buy", "--check")
    assert told in Play("throughput-refused", *arguments, env=lab_env).stop()
    assert seen(PURCHASE) == before


def test_check_mode_of_a_purchase_predicts_it(
    lab_env: dict[str, str], agreed: tuple[str, str], seen: t.Callable[[str], int]
) -> None:
    before = seen(PURCHASE)
    arguments = (THROUGHPUT, *agreed, "-e", "throughput_action=buy", "--check", "--diff")
    output = Play("throughput-check", *arguments, env=lab_env).finish()
    assert recap(output)["changed"] >= 1 and f"{BASE}:24k" in output
    assert seen(PURCHASE) == before


def test_a_purchase_that_was_killed_is_found_and_made_once(
    lab_env: dict[str, str],
    agreed: tuple[str, str],
    aws: Aws,
    seen: t.Callable[[str], int],
    knobs: t.Callable[..., None],
) -> None:
    knobs(bedrock_provisioning_seconds=12)
    before = seen(PURCHASE)
    buy = (THROUGHPUT, *agreed, "-e", "throughput_action=buy")
    Play("throughput-killed", *buy, env=lab_env).kill_when(lambda: seen(PURCHASE) > before)
    assert throughputs(aws)[NAME]["status"] == "Creating"
    output = Play("throughput-buy", *buy, env=lab_env).finish()
    assert "Wait until they serve" in output and recap(output)["failed"] == 0
    assert (throughputs(aws)[NAME]["status"], seen(PURCHASE)) == ("InService", before + 1)
    knobs(bedrock_provisioning_seconds=2)


def test_it_answers_first(client: openai.OpenAI, aws: Aws) -> None:
    assert throughputs(aws)[NAME]["provisionedModelArn"] in rights(aws)
    answer_of(client, "nova", f"(provisioned throughput {NAME})")


def test_what_is_too_much_for_it_is_answered_on_demand(
    lab_env: dict[str, str], client: openai.OpenAI, aws: Aws, knobs: t.Callable[..., None]
) -> None:
    arn = throughputs(aws)[NAME]["provisionedModelArn"]
    # For ever: LiteLLM tries again before it turns to the next deployment.
    knobs(service="bedrock-runtime", operation="*", error="ThrottlingException", resource=arn, count=0)
    try:
        answers = [ask(client, "nova") for _question in range(3)]
    finally:
        requests.delete(f"{lab_env['AWS_ENDPOINT_URL']}/_lab/faults", timeout=10).raise_for_status()
    assert all(f"in the place of us.{BASE}" in answer for answer in answers), answers
    # LiteLLM leaves a deployment that throttled alone for a while.
    answer_of(client, "nova", f"(provisioned throughput {NAME})")


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("throughput-buy-again", (THROUGHPUT, "-e", "throughput_action=buy")),
        ("throughput-models", (MODELS,)),
        ("throughput-tag", (SITE, "--tags", "litellm_models")),
        ("throughput-site", (SITE,)),
        ("throughput-site-check", (SITE, "--check")),
    ],
)
def test_every_further_run_changes_nothing(
    lab_env: dict[str, str], agreed: tuple[str, str], client: openai.OpenAI, name: str, arguments: tuple[str, ...]
) -> None:
    numbers = recap(Play(name, *arguments, *agreed, env=lab_env).finish())
    assert (numbers["changed"], numbers["failed"]) == (0, 0)
    assert f"(provisioned throughput {NAME})" in ask(client, "nova")


def test_status_names_it(lab_env: dict[str, str], agreed: tuple[str, str], aws: Aws) -> None:
    output = Play("throughput-status", THROUGHPUT, *agreed, "-e", "throughput_action=status", env=lab_env).finish()
    assert throughputs(aws)[NAME]["provisionedModelArn"] in output and "InService" in output
    assert recap(output)["changed"] == 0


# --- Costs ----------------------------------------------------------------------------------------------------------


def test_costs_with_prices(lab_env: dict[str, str], agreed: tuple[str, str], variables: Vars) -> None:
    prices = variables(bedrock_prices=[PRICE], costs_hours=24)
    output = Play("costs", COSTS, *agreed, *prices, env=lab_env).finish()
    assert "4380.00" in output
    report = (Path(lab_env["KUBECONFIG"]).parent / "costs.md").read_text()
    row = next(line for line in report.splitlines() if line.startswith(f"| {NAME} |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:7] == [f"{BASE}:24k", "1", "none", "-", "6.00 USD", "4380.00 USD"]
    assert int(cells[7]) > 0, "the chats of the tests before"
    assert cells[-1], "an advice"


def test_costs_without_prices_say_so(lab_env: dict[str, str], agreed: tuple[str, str]) -> None:
    output = Play("costs-without", COSTS, *agreed, env=lab_env).finish()
    assert re.search(rf"{NAME}: there is no price of {BASE}", output)


# --- Release --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("confirm, told", [("", "throughput_confirm is not set"), ("production", "is production")])
def test_a_release_that_is_not_meant(
    lab_env: dict[str, str], silent: tuple[str, str], aws: Aws, confirm: str, told: str
) -> None:
    arguments = (THROUGHPUT, *silent, "-e", f"throughput_action=release throughput_confirm={confirm}")
    output = Play("release-not-meant", *arguments, env=lab_env).stop()
    assert told in output and "Nothing was released" in output
    assert NAME in throughputs(aws)


def test_a_release_that_the_next_run_would_undo(lab_env: dict[str, str], agreed: tuple[str, str], aws: Aws) -> None:
    arguments = (THROUGHPUT, *agreed, "-e", f"throughput_action=release throughput_confirm={NAME}")
    assert "would buy it again" in Play("release-agreed", *arguments, env=lab_env).stop()
    assert NAME in throughputs(aws)


def test_inside_a_term_nothing_is_released(
    lab_env: dict[str, str], silent: tuple[str, str], aws: Aws, knobs: t.Callable[..., None]
) -> None:
    knobs(bedrock_term_seconds=60)
    bedrock = aws("bedrock")
    arn = bedrock.create_provisioned_model_throughput(
        provisionedModelName="committed",
        modelId=f"{BASE}:24k",
        modelUnits=1,
        commitmentDuration="OneMonth",
        tags=[{"key": "llmops.bedrock/cluster", "value": "litellm"}],
    )["provisionedModelArn"]
    end = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)["commitmentExpirationTime"]
    # All of the gateway's: also the one without a term stays.
    arguments = (THROUGHPUT, *silent, "-e", "throughput_action=release throughput_confirm=litellm")
    output = Play("release-term", *arguments, env=lab_env).stop()
    assert f"{end:%Y-%m-%d}" in output and "Nothing was released" in output
    assert {NAME, "committed"} <= set(throughputs(aws))
    time.sleep(max(0.0, (end - datetime.datetime.now(datetime.UTC)).total_seconds() + 1))
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    knobs(bedrock_term_seconds=0)


@contextlib.contextmanager
def questions(client: openai.OpenAI, model: str) -> t.Iterator[list[str]]:
    """Asks all the while; yields what went wrong."""
    wrong: list[str] = []
    end = threading.Event()
    once = client.with_options(max_retries=0)

    def run() -> None:
        while not end.wait(0.2):
            try:
                ask(once, model)
            except openai.OpenAIError as error:
                wrong.append(repr(error))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield wrong
    finally:
        end.set()
        thread.join()


def test_a_release_loses_no_request(
    lab_env: dict[str, str], silent: tuple[str, str], aws: Aws, client: openai.OpenAI
) -> None:
    arn = throughputs(aws)[NAME]["provisionedModelArn"]
    arguments = (THROUGHPUT, *silent, "-e", f"throughput_action=release throughput_confirm={NAME}")
    with questions(client, "nova") as wrong:
        output = Play("release", *arguments, env=lab_env).finish()
    assert wrong == []
    assert f"{NAME} is released" in output and NAME not in throughputs(aws)
    assert arn not in rights(aws)
    answer_of(client, "nova", f"in the place of us.{BASE};")


def test_a_second_release_changes_nothing(lab_env: dict[str, str], silent: tuple[str, str]) -> None:
    arguments = (THROUGHPUT, *silent, "-e", f"throughput_action=release throughput_confirm={NAME}")
    output = Play("release-again", *arguments, env=lab_env).finish()
    assert "nothing to release" in output and recap(output)["changed"] == 0


# --- A model of one's own -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def training(variables: Vars, aws: Aws) -> tuple[str, str]:
    """What finetune.yml needs, without the word."""
    account = aws("sts").get_caller_identity()["Account"]
    return variables(
        finetune_job_name=JOB,
        finetune_custom_model_name=CUSTOM,
        finetune_base_model=f"{BASE}:128k",
        finetune_role_arn=f"arn:aws:iam::{account}:role/bedrock-customization",
        finetune_training_s3_uri="s3://our-training-data/train.jsonl",
        finetune_output_s3_uri="s3://our-training-data/output/",
        finetune_hyperparameters={"epochCount": 2},
        finetune_served_name=CUSTOM,
        finetune_poll_seconds=1,
    )


@pytest.fixture(scope="module")
def served(aws: Aws, variables: Vars) -> tuple[str, str]:
    """The inventory's list with the model of one's own, as finetune.yml says that it should be copied."""
    [found] = aws("bedrock").list_custom_model_deployments(nameContains=CUSTOM)["modelDeploymentSummaries"]
    arn = found["customModelDeploymentArn"]
    member = {"name": CUSTOM, "bedrock_model": BASE, "mode": "chat", "litellm_params": {"model_id": arn}}
    return variables(gateway_models=[*inventory(), member])


def test_nothing_is_trained_without_a_word(
    lab_env: dict[str, str], training: tuple[str, str], seen: t.Callable[[str], int]
) -> None:
    before = seen(TRAINING)
    output = Play("finetune-silent", FINETUNE, *training, env=lab_env).stop()
    assert "finetune_acknowledge_cost: true" in output and "Nothing was started" in output
    checked = Play("finetune-check", FINETUNE, *training, "--check", env=lab_env).finish()
    assert recap(checked)["changed"] >= 1 and "would be" in checked
    assert seen(TRAINING) == before


def test_from_a_job_to_an_answer(
    lab_env: dict[str, str], training: tuple[str, str], client: openai.OpenAI, seen: t.Callable[[str], int], aws: Aws
) -> None:
    before = seen(TRAINING)
    arguments = (FINETUNE, *training, "-e", "finetune_acknowledge_cost=true")
    output = Play("finetune", *arguments, env=lab_env).finish()
    who = f"custom model {CUSTOM} of {BASE}"
    assert who in output, "the play's own question is answered by the custom model"
    assert "Copy this into gateway_models" in output
    assert seen(TRAINING) == before + 1
    assert f"(deployment {CUSTOM})" in answer_of(client, CUSTOM, who)
    assert "custom-model-deployment/" in rights(aws)


def test_a_second_run_trains_nothing_and_changes_nothing(
    lab_env: dict[str, str], training: tuple[str, str], seen: t.Callable[[str], int]
) -> None:
    before = seen(TRAINING)
    output = Play("finetune-again", FINETUNE, *training, env=lab_env).finish()
    assert (recap(output)["changed"], seen(TRAINING)) == (0, before)


def test_in_the_list_it_stays(
    lab_env: dict[str, str], training: tuple[str, str], served: tuple[str, str], client: openai.OpenAI
) -> None:
    assert recap(Play("finetune-models", MODELS, *served, env=lab_env).finish())["changed"] == 0
    output = Play("finetune-listed", FINETUNE, *training, *served, env=lab_env).finish()
    assert "It stands in gateway_models" in output and recap(output)["changed"] == 0
    assert f"custom model {CUSTOM} of" in ask(client, CUSTOM)


@pytest.fixture(scope="module")
def fast(training: tuple[str, str], served: tuple[str, str], variables: Vars) -> tuple[str, ...]:
    """The same model under another name, on throughput of its own."""
    own = variables(
        finetune_serve="provisioned_throughput",
        finetune_served_name=FAST,
        finetune_throughput={"name": FAST, "commitment_duration": "none"},
    )
    return (FINETUNE, *training, *served, *own)


def test_no_throughput_for_it_without_a_word(
    lab_env: dict[str, str], fast: tuple[str, ...], seen: t.Callable[[str], int]
) -> None:
    before = seen(PURCHASE)
    assert "finetune_acknowledge_cost: true" in Play("finetune-fast-silent", *fast, env=lab_env).stop()
    assert seen(PURCHASE) == before


def test_by_provisioned_throughput(
    lab_env: dict[str, str], fast: tuple[str, ...], client: openai.OpenAI, seen: t.Callable[[str], int]
) -> None:
    before, agreed_to = seen(PURCHASE), (*fast, "-e", "finetune_acknowledge_cost=true")
    output = Play("finetune-fast", *agreed_to, env=lab_env).finish()
    assert f"(provisioned throughput {FAST})" in output and seen(PURCHASE) == before + 1
    answer_of(client, FAST, f"(provisioned throughput {FAST})")
    assert recap(Play("finetune-fast-again", *agreed_to, env=lab_env).finish())["changed"] == 0


def test_what_is_in_no_list_is_found_by_its_tag_and_released(
    lab_env: dict[str, str], served: tuple[str, str], aws: Aws
) -> None:
    release = (THROUGHPUT, *served, "-e", f"throughput_action=release throughput_confirm={FAST}")
    assert f"{FAST} is released" in Play("release-fast", *release, env=lab_env).finish()
    assert FAST not in throughputs(aws)


def test_the_way_back(lab_env: dict[str, str], aws: Aws, client: openai.OpenAI) -> None:
    assert recap(Play("bedrock-back", MODELS, env=lab_env).finish())["failed"] == 0
    bedrock = aws("bedrock")
    for found in bedrock.list_custom_model_deployments(nameContains=CUSTOM)["modelDeploymentSummaries"]:
        bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier=found["customModelDeploymentArn"])
    for found in bedrock.list_custom_models(nameContains=CUSTOM)["modelSummaries"]:
        bedrock.delete_custom_model(modelIdentifier=found["modelArn"])
    assert throughputs(aws) == {}
    assert "provisioned-model/" not in rights(aws) and "custom-model-deployment/" not in rights(aws)
    names = {name for model in inventory() for name in (model["name"], *model.get("aliases", []))}
    deadline = time.monotonic() + 60
    while {model.id for model in client.models.list()} != names and time.monotonic() < deadline:
        time.sleep(1)
    assert {model.id for model in client.models.list()} == names
