/** What a person meets on the page as it is now. Each function runs in the page, and knows nothing outside itself. */

/** Everything that is seen or read out, in pieces. */
export const piecesSaid = (): readonly string[] => {
  const pieces: string[] = []
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = words.nextNode(); node; node = words.nextNode())
    if (!node.parentElement?.closest('script, noscript')) pieces.push(node.nodeValue?.trim() ?? '')
  for (const element of document.querySelectorAll('[aria-label]'))
    pieces.push(element.getAttribute('aria-label') ?? '')
  return pieces.filter((piece) => piece !== '')
}

/** What moves, or fades for longer than a tenth of a second. */
export const moving = (): readonly string[] =>
  [...document.querySelectorAll('*')].flatMap((element) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(element)
    const isStill = animationName === 'none' || (animationName === 'appear' && animationDuration === '0.1s')
    return isStill && !/[1-9]/.test(transitionDuration) ? [] : [`${element.className} ${animationName}`]
  })

/** Words that cannot be read: beside the page, or cut off by what holds them. */
export const wordsCutOff = (): readonly string[] => {
  const found: string[] = []
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const isForTheEarOnly = (element: Element | null): boolean =>
    element !== null &&
    (getComputedStyle(element).clipPath === 'inset(50%)' || isForTheEarOnly(element.parentElement))
  const isCutting = (element: Element) => /hidden|clip/.test(getComputedStyle(element).overflow)
  const holders = (element: Element | null): readonly Element[] =>
    element ? [...(isCutting(element) ? [element] : []), ...holders(element.parentElement)] : []
  const { clientWidth } = document.documentElement
  const screen = { left: 0, right: clientWidth, top: -Infinity, bottom: Infinity }

  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const parent = node.parentElement
    if (!node.nodeValue?.trim() || !parent || parent.closest('select, script, noscript')) continue
    if (getComputedStyle(parent).visibility === 'hidden' || isForTheEarOnly(parent)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const places = [screen, ...holders(parent).map((element) => element.getBoundingClientRect())]
    const isCut = [...range.getClientRects()].some((word) =>
      places.some(
        ({ left, right, top, bottom }) =>
          word.left < left - 1 || word.right > right + 1 || word.top < top - 1 || word.bottom > bottom + 1,
      ),
    )
    if (isCut) found.push(node.nodeValue)
  }
  return found
}

/** What can be scrolled sideways: the page, or a panel in it. */
export const sideways = (): readonly string[] =>
  [document.documentElement, ...document.querySelectorAll('dialog, .dock')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ tagName, className }) => `${tagName} ${className}`)
