import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import { invalid } from '../model/input.ts'
import type { RsvpStore } from '../public-api.ts'

const StoreContext = createContext<RsvpStore | undefined>(undefined)

export interface RsvpStoreProviderProps {
  readonly store: RsvpStore
  readonly children?: ReactNode
}

/** Gives the store to every component below it. Does not close it: who made it does. */
export function RsvpStoreProvider({ store, children }: RsvpStoreProviderProps): ReactElement {
  return createElement(StoreContext.Provider, { value: store }, children)
}

/**
 * The store of the nearest `RsvpStoreProvider`.
 * @throws RsvpStoreError `invalid-argument` that names `store`, where there is none.
 */
export function useRsvpStore(): RsvpStore {
  const store = useContext(StoreContext)
  if (!store) throw invalid('store', 'an RsvpStoreProvider above this component')
  return store
}
