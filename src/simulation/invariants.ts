import type { Invariant } from './facts.ts'
import { durable, kept, refusedTap, together } from './invariants-answers.ts'
import { discarded, lateRequests, newestIntent, oneAtATime, order } from './invariants-order.ts'
import { freshInTheEnd, noStall, restGoesOn } from './invariants-progress.ts'
import { floorHeld, noHotLoop, noTokenAtRest, ownToken, pace, shortLease } from './invariants-requests.ts'
import {
  counters,
  neverBack,
  neverIdle,
  noFlicker,
  serverSaidIt,
  showsTheTables,
} from './invariants-views.ts'

/** The promises of the store, each as what would break it. */
export const INVARIANTS: readonly Invariant[] = [
  durable,
  together,
  refusedTap,
  kept,
  oneAtATime,
  order,
  newestIntent,
  lateRequests,
  discarded,
  serverSaidIt,
  neverBack,
  freshInTheEnd,
  counters,
  noFlicker,
  restGoesOn,
  ownToken,
  noTokenAtRest,
  pace,
  floorHeld,
  noHotLoop,
  showsTheTables,
  shortLease,
  neverIdle,
  noStall,
]
