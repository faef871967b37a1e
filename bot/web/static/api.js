// Requests to Steward. Every failure is an Error with one line for people; `status` is 0 when nobody answered.

import { setClock } from "./format.js";

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}, fine = [200]) {
  let answer;
  try {
    answer = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Refusal("Steward does not answer. This page goes on by itself when it is back.", 0);
  }
  setClock(answer.headers.get("date"));
  const body = await answer.json().catch(() => ({}));
  if (fine.includes(answer.status)) return body;
  throw new Refusal(body.detail ?? `Steward answered ${answer.status}.`, answer.status);
}

export const status = () => ask("api/status");
export const incidents = (before) => ask(before ? `api/incidents?before=${before}` : "api/incidents");
export const incident = (id) => ask(`api/incidents/${encodeURIComponent(id)}`);

export const actions = () => ask("api/actions");

/** Approves ("approve", "stand") or rejects exactly the plan with this digest. */
export const decide = (proposal, verb, digest) => press(`api/proposals/${encodeURIComponent(proposal)}/${verb}`, { digest });
export const revoke = (standing) => press(`api/standings/${encodeURIComponent(standing)}/revoke`, {});
export const stop = (reason) => press("api/actions/stop", { reason });
export const go = () => press("api/actions/go", {});

/** One press of a button, with a name of its own; gives `{accepted, text}`. */
function press(path, body) {
  const key = [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) }, [200, 409]);
}
