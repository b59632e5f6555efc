import { useRegisterSW } from 'virtual:pwa-register/react'

/** Registers the service worker, and offers a newer app when there is one: nobody is reloaded unasked. */
export function UpdateBanner() {
  const { needRefresh, updateServiceWorker } = useRegisterSW()
  const [isReady, setReady] = needRefresh
  return (
    <div role="status">
      {isReady && (
        <p className="banner" data-tone="news">
          <span>A new version is ready.</span>
          <button type="button" className="button" onClick={() => void updateServiceWorker()}>
            Reload
          </button>
          <button type="button" className="button quiet" onClick={() => setReady(false)}>
            Later
          </button>
        </p>
      )}
    </div>
  )
}
