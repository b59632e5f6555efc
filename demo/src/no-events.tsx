import { useSyncStatus } from '../../src/react.ts'
import { SkeletonCard } from './event-card.tsx'
import { useWords } from './languages/use-words.ts'
import type { Words } from './languages/words.ts'
import { NothingHere } from './nothing-here.tsx'
import { listHref, type Which } from './route.ts'
import { store } from './store.ts'
import { type Nothing, nothingBecause } from './trouble-words.ts'

const BONES = ['a', 'b', 'c', 'd', 'e', 'f']

/** A list without events: there are none, or something stands in the way, or they are on their way. */
export function NoEvents({ which, isComplete }: { readonly which: Which; readonly isComplete: boolean }) {
  const words = useWords()
  const trouble = useSyncStatus((status) => nothingBecause(words, status))
  const { list } = words.text
  if (isComplete)
    return (
      <NothingHere level={2} nothing={noneOf(words, which)} onAgain={store.sync}>
        {which !== 'all' && (
          <a className="button" href={listHref('all')}>
            {list.all}
          </a>
        )}
      </NothingHere>
    )
  if (trouble) return <NothingHere level={2} nothing={trouble} onAgain={store.sync} />
  return (
    <section className="month waiting" aria-busy="true" aria-label={list.loading}>
      <i className="bone month-bone" />
      <div className="cards">
        {BONES.map((bone) => (
          <SkeletonCard key={bone} />
        ))}
      </div>
    </section>
  )
}

function noneOf({ text: { list } }: Words, which: Which): Nothing {
  switch (which) {
    case 'all':
      return { icon: 'calendar', title: list.none, says: list.noneSays, help: 'again' }
    case 'going':
      return { icon: 'check', title: list.noneGoing, says: list.noneGoingSays, help: undefined }
    case 'interested':
      return { icon: 'star', title: list.noneInterested, says: list.noneInterestedSays, help: undefined }
  }
}
