import { useRegisterSW } from 'virtual:pwa-register/react'
import { useWords } from './languages/use-words.ts'

/** Registers the service worker, and offers a newer app when there is one: nobody is reloaded unasked. */
export function UpdateBanner() {
  const { text } = useWords()
  const { needRefresh, updateServiceWorker } = useRegisterSW()
  const [isReady, setReady] = needRefresh
  return (
    <div role="status">
      {isReady && (
        <p className="banner" data-tone="news">
          <span>{text.update.ready}</span>
          <button type="button" className="button" onClick={() => void updateServiceWorker()}>
            {text.action.reload}
          </button>
          <button type="button" className="button quiet" onClick={() => setReady(false)}>
            {text.action.later}
          </button>
        </p>
      )}
    </div>
  )
}
