"""Two configs, the least one and a whole shop, and the parts that they give."""

from bot.assembly import Parts, assemble
from bot.config.document import parse
from bot.config.load import check
from bot.config.secrets import Secrets
from tests.fakes.clock import FakeClock

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "TELEGRAM_BOT_TOKEN": "1001:abc"}
LEAST = "sources:\n  - {name: prom, kind: prometheus, url: http://127.0.0.1:9090}\n"
WHOLE = """\
sources:
  - {name: prom, kind: prometheus, url: http://127.0.0.1:9090, every: 20s, packs: [auto]}
  - {name: logs, kind: files, paths: ["/var/log/shop/*.log"], service_from: filename}
watch:
  - {name: queue_depth, source: prom, query: rabbitmq_queue_messages, service: queue, bad: up}
services:
  storefront: {depends_on: [payments]}
  payments:
    target: {kind: process, directory: /srv/shop}
    limits: {max_replicas: 3, cooldown: 5m}
  search:
    target: {kind: process, directory: /srv/search}
chat:
  slack: {channel: C0123456789}
  telegram: {chat: -1001234567890}
llm: {model: llama3.2}
approvals:
  approvers: {slack: [U1, U2], telegram: [1001]}
  people:
    ada: {slack: U1, telegram: 1001}
  two_people_for: [rollback]
"""


def built(text: str, tokens: dict[str, str] | None = None) -> Parts:
    return assemble(check(parse(text, "steward.yaml", {})), Secrets(TOKENS if tokens is None else tokens), FakeClock())
