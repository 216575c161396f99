"""The chat page as people use it: Debian's Chromium, the load balancer's public name, a certificate that it checks.

The tests want a lab on which playbooks/site.yml has run; test_walkthrough.py leaves one. What they make on the page, an
account and chats, they remove. Pictures of what was seen last are in tests/output/browser-*.png.
"""

from __future__ import annotations

import json
import secrets as random
import subprocess
import typing as t
from pathlib import Path

import pytest
import requests
import yaml
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from tests import rehearse
from tests.lab import packages
from tests.walkthrough.conftest import OUTPUT

INVENTORY = rehearse.CHECKOUT / "inventories" / "rehearsal" / "group_vars" / "all" / "main.yml"
QUESTION = "What is the capital of France?"
ANSWER = "the lab's emulated Amazon Bedrock in the place of {model}; no model was asked. You asked: '{question}'"
PATIENCE = 60_000
"""Milliseconds, for what takes a second or two on an idle machine."""
# Root has no sandbox. The rest keeps Chromium from calls of its own to the outside.
OPTIONS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")


class Account(t.NamedTuple):
    """Who signs in."""

    email: str
    password: str


class Api:
    """The page's API through its public name, as its administrator; only to prepare, to compare and to clean up."""

    def __init__(self, host: str, authority: str) -> None:
        self.url = f"https://{host}"
        self.session = requests.Session()
        self.authority = authority

    def call(self, method: str, path: str, body: t.Any = None) -> requests.Response:
        # Said with each request: what the environment names would win over the session's own.
        url = f"{self.url}/api/v1{path}"
        return self.session.request(method, url, json=body, timeout=30, verify=self.authority)

    def sign_in(self, account: Account) -> None:
        answer = self.call("POST", "/auths/signin", account._asdict())
        assert answer.status_code == 200, answer.status_code
        self.session.headers["Authorization"] = f"Bearer {answer.json()['token']}"


@pytest.fixture(scope="module")
def inventory() -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", yaml.safe_load(INVENTORY.read_text()))


@pytest.fixture(scope="module")
def models(inventory: dict[str, t.Any]) -> set[str]:
    """What LiteLLM offers: every name and alias. Those for embeddings are among them, and the page shows them, too."""
    return {name for model in inventory["gateway_models"] for name in (model["name"], *model.get("aliases", ()))}


@pytest.fixture(scope="module")
def admin(aws: t.Callable[[str], t.Any]) -> Account:
    text = aws("secretsmanager").get_secret_value(SecretId="litellm/litellm/open-webui")["SecretString"]
    secret = json.loads(text)
    return Account(secret["OPEN_WEBUI_ADMIN_EMAIL"], secret["OPEN_WEBUI_ADMIN_PASSWORD"])


@pytest.fixture(scope="module")
def api(lab_env: dict[str, str], inventory: dict[str, t.Any], admin: Account) -> t.Iterator[Api]:
    api = Api(inventory["gateway_open_webui_host"], lab_env["LAB_CA_FILE"])
    api.sign_in(admin)
    before = {chat["id"] for chat in api.call("GET", "/chats/list").json()}
    yield api
    for chat in api.call("GET", "/chats/list").json():
        if chat["id"] not in before:
            api.call("DELETE", f"/chats/{chat['id']}").raise_for_status()


@pytest.fixture(scope="module")
def person(api: Api) -> t.Iterator[Account]:
    """Somebody whom the administrator has let in."""
    account = Account(f"person-{random.token_hex(4)}@rehearsal.example", random.token_urlsafe(20))
    made = api.call("POST", "/auths/add", {**account._asdict(), "name": "Person", "role": "user"})
    assert made.status_code == 200, made.text
    yield account
    api.call("DELETE", f"/users/{made.json()['id']}").raise_for_status()


@pytest.fixture(scope="module")
def playwright() -> t.Iterator[Playwright]:
    packages.ensure(packages.FOR_BROWSER)
    with sync_playwright() as running:
        yield running


def launch(playwright: Playwright, home: Path) -> Browser:
    environment: dict[str, str | float | bool] = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS, env=environment)


@pytest.fixture(scope="module")
def browser(
    playwright: Playwright, lab_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> t.Iterator[Browser]:
    """A browser of a user who trusts the lab's authority."""
    home = tmp_path_factory.mktemp("home")
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    trust = ["-A", "-t", "C,,", "-n", "lab", "-i", lab_env["LAB_CA_FILE"]]
    for command in (["-N", "--empty-password"], trust):
        subprocess.run(["certutil", "-d", f"sql:{store}", *command], check=True, stdin=subprocess.DEVNULL)
    browser = launch(playwright, home)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, api: Api, request: pytest.FixtureRequest) -> t.Iterator[Page]:
    """A window without a past, on the page. What it showed last is kept."""
    with browser.new_context(base_url=api.url, viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        # News that an administrator gets over the page after an update.
        page.add_locator_handler(page.get_by_role("button", name="Okay, Let's Go!"), lambda button: button.click())
        page.goto("/")
        yield page
        OUTPUT.mkdir(parents=True, exist_ok=True)
        picture = OUTPUT / f"browser-{request.node.name.removeprefix('test_')}.png"
        page.screenshot(path=picture, animations="disabled", style="[data-sonner-toaster] {display: none}")


def sign_in(page: Page, account: Account) -> None:
    """By the form. Typed and not filled in: an error would show what was filled in."""
    for kind, text in (("email", account.email), ("password", account.password)):
        page.locator(f"input[type={kind}]").focus()
        page.keyboard.insert_text(text)
    page.locator("button[type=submit]").click()
    expect(page.locator("#chat-input")).to_be_visible()


def offered(page: Page) -> list[str]:
    """The models in the chooser, which stays open."""
    page.locator("#model-selector-model-button").click()
    options = page.locator("#model-selector-list [role=option]")
    expect(options.first).to_be_visible()
    return t.cast("list[str]", options.evaluate_all("options => options.map(option => option.dataset.value)"))


def ask(page: Page, bedrock_model: str) -> None:
    """Ask and wait until the whole answer stands there."""
    page.locator("#chat-input").click()
    page.keyboard.insert_text(QUESTION)
    page.keyboard.press("Enter")
    answer = page.locator(".chat-assistant")
    expect(answer).to_contain_text(ANSWER.format(model=bedrock_model, question=QUESTION))
    expect(page.get_by_text("Response complete")).to_be_attached()


def test_a_browser_that_does_not_know_the_authority_refuses_the_page(
    playwright: Playwright, api: Api, tmp_path: Path
) -> None:
    browser = launch(playwright, tmp_path)
    try:
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            browser.new_page().goto(api.url)
    finally:
        browser.close()


def test_the_administrator_sees_the_models_of_the_inventory(page: Page, admin: Account, models: set[str]) -> None:
    sign_in(page, admin)
    found = offered(page)
    assert set(found) == models and len(found) == len(models)


def test_the_administrator_chats_and_gets_the_answer(page: Page, admin: Account, inventory: dict[str, t.Any]) -> None:
    sign_in(page, admin)
    ask(page, inventory["gateway_models"][0]["bedrock_model"])
    offered(page)  # for the picture, in which the list has its icons
    page.wait_for_function("[...document.querySelectorAll('#model-selector-list img')].every(icon => icon.complete)")


def test_an_approved_person_sees_the_models_and_chats_under_an_old_name(
    page: Page, person: Account, models: set[str], inventory: dict[str, t.Any]
) -> None:
    sign_in(page, person)
    found = offered(page)
    assert set(found) == models and len(found) == len(models)
    alias = inventory["gateway_models"][1]["aliases"][0]
    page.locator(f"#model-selector-list [data-value='{alias}']").click()
    expect(page.locator("#model-selector-model-button")).to_contain_text(alias)
    ask(page, inventory["gateway_models"][1]["bedrock_model"])


def test_a_stranger_finds_no_way_to_sign_up(page: Page, lab_env: dict[str, str], api: Api) -> None:
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.locator("input").count() == 2, "e-mail and password"
    assert page.get_by_text("Sign up").count() == 0
    account = Account("stranger@rehearsal.example", random.token_urlsafe(20))
    stranger = Api(api.url.removeprefix("https://"), lab_env["LAB_CA_FILE"])
    assert stranger.call("POST", "/auths/signup", {**account._asdict(), "name": "Stranger"}).status_code == 403
    people = api.call("GET", "/users/all").json()["users"]
    assert account.email not in [each["email"] for each in people]
