// News from Steward as it happens. Says whether the line is up, and keeps trying when it is not.

const AGAIN = 3000;

/** Calls `changed()` at each piece of news and `state("live" | "reconnecting")` when the line comes or goes. */
export function listen(changed, state) {
  const source = new EventSource("api/live");
  source.addEventListener("open", () => state("live"));
  source.addEventListener("changed", changed);
  source.addEventListener("error", () => {
    state("reconnecting");
    changed();
    // The browser tries again by itself after a lost line, but not after an answer that was an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(changed, state), AGAIN);
  });
}
