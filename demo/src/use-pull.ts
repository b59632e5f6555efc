import { useCallback, useEffect, useState } from 'react'
import { RsvpStoreError, type RsvpStoreErrorCode } from '../../src/index.ts'

export type PullState =
  | { readonly kind: 'pulling' | 'done' }
  | { readonly kind: 'failed'; readonly code: RsvpStoreErrorCode | undefined }

/** Runs a pull when the component appears and whenever `pull` is another function; `again` repeats it. */
export function usePull(pull: () => Promise<unknown>): readonly [PullState, () => void] {
  const [state, setState] = useState<PullState>({ kind: 'pulling' })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let isCurrent = true
    const tell = (next: PullState) => isCurrent && setState(next)
    tell({ kind: 'pulling' })
    pull().then(
      () => tell({ kind: 'done' }),
      (error: unknown) =>
        tell({ kind: 'failed', code: error instanceof RsvpStoreError ? error.code : undefined }),
    )
    return () => {
      isCurrent = false
    }
  }, [pull, turn])
  return [state, useCallback(() => setTurn((last) => last + 1), [])]
}
