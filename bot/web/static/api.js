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

/** Approves or rejects exactly the plan with this digest; gives `{accepted, text}`. */
export function decide(proposal, verb, digest) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ digest }) };
  return ask(`api/proposals/${encodeURIComponent(proposal)}/${verb}`, options, [200, 409]);
}
