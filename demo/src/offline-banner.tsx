import { useSyncStatus } from '../../src/react.ts'
import { Icon } from './icon.tsx'
import { useWords } from './languages/use-words.ts'
import { troubleOf } from './trouble-words.ts'

/** What stands in the way, over the bottom edge of the page: it covers, and moves nothing. */
export function OfflineBanner() {
  const words = useWords()
  const trouble = useSyncStatus((status) => troubleOf(words, status))
  return (
    <div role="status">
      {trouble && (
        <p className="banner" data-tone={trouble.tone} data-testid="offline-banner">
          <Icon name={trouble.tone === 'calm' ? 'offline' : 'alert'} />
          <span>{trouble.text}</span>
        </p>
      )}
    </div>
  )
}
