import { useId, useLayoutEffect, useRef } from 'react'
import { Icon } from './icon.tsx'
import { useWords } from './languages/use-words.ts'

/** As in the style sheet. */
const WIDE = '(min-width: 62.5em)'

/**
 * A panel over the page: from the bottom on a phone, at the side on a wide screen. Closes by its button, Escape or a
 * tap beside it, and the focus goes back to where it was.
 */
export function Sheet({
  title,
  testId,
  isBeside = false,
  onClose,
  children,
}: {
  readonly title: string
  readonly testId: string
  /** On a wide screen it stays beside the page, which can be used meanwhile. */
  readonly isBeside?: boolean
  readonly onClose: () => void
  readonly children: React.ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const { text } = useWords()

  // A layout effect: closed while it is still in the page, the dialog gives the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current
    if (!shown || shown.open) return
    if (isBeside && matchMedia(WIDE).matches) shown.show()
    else shown.showModal()
    return () => shown.close()
  }, [isBeside])

  return (
    <dialog
      ref={dialog}
      className="sheet"
      data-testid={testId}
      data-beside={isBeside || undefined}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="sheet-body">
        <header className="sheet-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label={text.action.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
