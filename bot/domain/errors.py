"""The errors that reach people. One root; the message says what happened, where, and what to do.

StewardError
├── UsageError     the command line asks for something that makes no sense
├── ConfigError    the config file or the environment is wrong
├── StoreError     the database cannot be used
├── SourceError    a source of samples or lines did not answer as it should
├── ChatError      a chat surface refused; `permanent` when a retry cannot help
└── LlmError       the model gave nothing usable
"""


class StewardError(Exception):
    """The root of every error that Steward raises on purpose."""


class UsageError(StewardError):
    """The command line asks for something that makes no sense."""


class ConfigError(StewardError):
    """The config file or the environment is wrong."""


class StoreError(StewardError):
    """The database cannot be used."""


class SourceError(StewardError):
    """A source of samples or lines did not answer as it should: it is blind, which is never "all clear"."""


class ChatError(StewardError):
    """A chat surface refused a message.

    permanent: a retry cannot help, a person must mend something.
    retry_after: seconds that the surface asked us to wait.
    gone: the message or thread that we referred to no longer exists.
    maybe_sent: the answer never came, so the message may have arrived.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: float = 0.0,
        gone: bool = False,
        maybe_sent: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.gone = gone
        self.maybe_sent = maybe_sent


class LlmError(StewardError):
    """The model gave nothing usable."""
