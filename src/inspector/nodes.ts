export type Child = Node | string | undefined

/** Makes nodes of one document: text stays text, whatever it says. */
export function createNodes(page: Document) {
  /** An element with these attributes and children; what is `undefined` is left out. */
  function node(
    name: string,
    attributes: Readonly<Record<string, string | undefined>>,
    ...children: readonly Child[]
  ) {
    const element = page.createElement(name)
    for (const [attribute, value] of Object.entries(attributes))
      if (value !== undefined) element.setAttribute(attribute, value)
    element.append(...children.filter((child) => child !== undefined))
    return element
  }

  /** Names and values, side by side. */
  const facts = (
    all: readonly (readonly [name: string, value: string | undefined, tone?: Tone | undefined])[],
  ) =>
    node(
      'dl',
      {},
      ...all.flatMap(([name, value, tone]) =>
        value === undefined ? [] : [node('dt', {}, name), node('dd', { 'data-tone': tone }, value)],
      ),
    )

  return { node, facts }
}

/** Good, bad, or to be looked at. */
export type Tone = 'good' | 'bad' | 'busy'
export type Nodes = ReturnType<typeof createNodes>
