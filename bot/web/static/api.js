// Requests to Steward. Every failure is an Error with one line for people; `status` is 0 when nobody answered.

import { setClock } from "./format.js";

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function get(path, options = {}, fine = [200]) {
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

export const status = () => get("api/status");
export const incidents = (before) => get(before ? `api/incidents?before=${before}` : "api/incidents");
export const incident = (id) => get(`api/incidents/${encodeURIComponent(id)}`);

export const actions = () => get("api/actions");

/** Approves ("approve", "stand") or rejects exactly the plan with this digest. */
export const decide = (proposal, verb, digest) => press(`api/proposals/${encodeURIComponent(proposal)}/${verb}`, { digest });
export const revoke = (standing) => press(`api/standings/${encodeURIComponent(standing)}/revoke`, {});
export const stop = (reason) => press("api/actions/stop", { reason });
export const go = () => press("api/actions/go", {});


/** Care for an incident: nothing of it acts on a target. */
const about = (id, what, body = {}) => press(`api/incidents/${encodeURIComponent(id)}/${what}`, body);
export const acknowledge = (id) => about(id, "ack");
export const resolve = (id) => about(id, "resolve");
export const judge = (id, verdict) => about(id, "verdict", { verdict });
export const silence = (id, span, reason) => about(id, "silence", { for: span, reason });
export const ask = (id, question) => about(id, "ask", { question });
export const silences = () => get("api/silences");
export const tuning = () => get("api/tuning");
export const endSilence = (id) => press(`api/silences/${encodeURIComponent(id)}/end`, {});
export const retune = (id) => press(`api/tuning/${encodeURIComponent(id)}/reset`, {});
export const explain = (proposal, text) => press(`api/proposals/${encodeURIComponent(proposal)}/reason`, { text });

/** One press of a button, with a name of its own; gives `{accepted, text}`. */
function press(path, body) {
  const key = [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  return get(path, { method: "POST", headers, body: JSON.stringify(body) }, [200, 409]);
}
