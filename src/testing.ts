/** The world to test against: the API in memory, and a hand-cranked fake of every port. */
export {
  createFakeClock,
  createFakeConnectivity,
  createFakeLifecycle,
  createFakeLocks,
  createFakeNetwork,
  createFakeRandom,
  createFakeWitness,
  type FakeClock,
  type FakeConnectivity,
  type FakeLifecycle,
  type FakeNetwork,
} from './adapters/fakes.ts'
export { type ApiDouble, createApiDouble } from './double/api-double.ts'
export type { Intercept, SeenRequest } from './double/front.ts'
export type { ApiMood, DoubleClock } from './double/moods.ts'
export type { ApiDoubleOptions } from './double/options.ts'
export type { RateLimit } from './double/rate-limit.ts'
export type { ExistsAs, PostWording } from './double/rules.ts'
export type { AcceptedWrite } from './double/server.ts'
/** The simulation: a world with one seeded random source, histories, and the promises as invariants. */
export type { Facts, Invariant, Watch } from './simulation/facts.ts'
export type { Happening, SentRequest, TapMade } from './simulation/happening.ts'
export { type HistoriesOptions, histories } from './simulation/histories.ts'
export { INVARIANTS } from './simulation/invariants.ts'
export { type PlayOptions, play, type Report, type Violation } from './simulation/play.ts'
export {
  doubleAsServer,
  type ServerClock,
  type ServerMaker,
  type SimulatedServer,
} from './simulation/server.ts'
export { shrink } from './simulation/shrink.ts'
export type {
  Fate,
  Freshness,
  History,
  LiveFault,
  Organised,
  Step,
  StepKind,
  StorageFault,
} from './simulation/step.ts'
export { faultOf, tell } from './simulation/story.ts'
export { OBSERVER_THREW } from './simulation/tab.ts'
