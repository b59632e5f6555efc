/** The world to test against: the API in memory, and a hand-cranked fake of every port. */
export {
  createFakeClock,
  createFakeConnectivity,
  createFakeLifecycle,
  createFakeLocks,
  createFakeNetwork,
  createFakeRandom,
  type FakeClock,
  type FakeConnectivity,
  type FakeLifecycle,
  type FakeNetwork,
} from './adapters/fakes.ts'
export { type ApiDouble, createApiDouble } from './double/api-double.ts'
export type { ApiMood } from './double/moods.ts'
export type { ApiDoubleOptions } from './double/options.ts'
