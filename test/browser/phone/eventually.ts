import { expect } from 'vitest'

const PATIENCE_MS = 60_000

/** Expects of what `look` finds, sooner or later. */
export const eventually = <T>(look: () => T | Promise<T>) =>
  expect.poll(look, { interval: 5, timeout: PATIENCE_MS })
