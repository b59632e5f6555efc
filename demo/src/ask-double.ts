import { SAMPLE_PATH } from './address.ts'

/** Asks the sample server's switchboard: see `double-control.ts`. */
export const askDouble = (path: string, method: string, body?: unknown): Promise<Response> =>
  fetch(`${SAMPLE_PATH}/__double${path}`, {
    method,
    cache: 'no-store',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
