import { Icon } from './icon.tsx'
import { useWords } from './languages/use-words.ts'
import type { Nothing } from './trouble-words.ts'

/** A page that has nothing to show says why, and what helps. */
export function NothingHere({
  nothing: { icon, title, says, help },
  level,
  onAgain,
  children,
}: {
  readonly nothing: Nothing
  /** Of the heading: 1 where the page has no other. */
  readonly level: 1 | 2
  readonly onAgain: () => void
  /** Another way out. */
  readonly children?: React.ReactNode
}) {
  const { text } = useWords()
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div className="empty" data-icon={icon} data-testid="nothing">
      <span className="empty-icon">
        <Icon name={icon} />
      </span>
      <Heading>{title}</Heading>
      <p>{says}</p>
      <p className="empty-actions">
        {help && (
          <button type="button" className="button" onClick={help === 'again' ? onAgain : reload}>
            {help === 'again' ? text.action.tryAgain : text.action.reload}
          </button>
        )}
        {children}
      </p>
    </div>
  )
}

const reload = (): void => location.reload()
