import { useCallback, useEffect, useState } from 'react'
import type { ApiMood } from '../../src/double/moods.ts'
import type { RsvpStatus } from '../../src/index.ts'
import { askDouble } from './ask-double.ts'

/** What the sample server says of itself: see `double-control.ts`. */
export interface DoubleState {
  readonly mood: ApiMood
  readonly moods: readonly ApiMood[]
  readonly writes: readonly {
    readonly userId: string
    readonly eventId: string
    readonly status: RsvpStatus
    readonly at: number
  }[]
  readonly requests: readonly {
    readonly method: string
    readonly path: string
    readonly at: number
    readonly status: number
  }[]
}

export interface DoubleHandle {
  /** `undefined` until it has answered, and while it does not. */
  readonly state: DoubleState | undefined
  setMood(mood: ApiMood): void
  answerElsewhere(userId: string, eventId: string, status: RsvpStatus): Promise<void>
  startOver(): Promise<void>
}

const EVERY_MS = 1_000

/** The sample server's switchboard, looked at once a second while somebody looks. */
export function useDouble(): DoubleHandle {
  const [state, setState] = useState<DoubleState>()

  const take = useCallback(async (reply: Promise<Response>) => {
    try {
      setState((await (await reply).json()) as DoubleState)
    } catch {
      setState(undefined) // the sample server itself is gone: the panel says so
    }
  }, [])

  useEffect(() => {
    const look = () => void take(askDouble('', 'GET'))
    look()
    const timer = setInterval(look, EVERY_MS)
    return () => clearInterval(timer)
  }, [take])

  return {
    state,
    setMood: (mood) => {
      setState((last) => last && { ...last, mood })
      void take(askDouble('', 'PUT', { mood }))
    },
    answerElsewhere: async (userId, eventId, status) => {
      await askDouble('/answer', 'POST', { userId, eventId, status }).catch(() => undefined)
    },
    startOver: async () => {
      await askDouble('', 'PUT', { reset: true }).catch(() => undefined)
    },
  }
}
