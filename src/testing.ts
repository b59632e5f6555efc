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
