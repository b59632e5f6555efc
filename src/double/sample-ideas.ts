/** What a sample event is about. Virtual ones have no place. */
export interface Idea {
  readonly title: string
  readonly description: string
  /** When it fits, in UTC. */
  readonly hour: number
  readonly tags: readonly string[]
  readonly place?: string
}

/** Title, hour of the day (UTC), tags, description and, for those that have one, the place. */
const TABLE = `
Repair café | 13 | repair making | Bring what is broken: lamps, zips, radios. We open it together and see. | Old fire station, Mill Street 4
Sunrise swim | 6 | sport outdoors | Twenty minutes in the lake, then tea from a large pot. Bring a towel and a mug. | North jetty, Linden Lake
Seed swap | 10 | garden green | Leave some, take some. Labels and envelopes are on the table. | Library courtyard
Board games night | 18 | games indoors | Forty games, eight tables, somebody who explains the rules. | Café Kompass, back room
Open-air cinema | 20 | film outdoors | A film under the plane trees. Bring a blanket; the projector is ours. | Castle meadow
Bread baking for beginners | 9 | food making | One dough, four shapes. You take your loaf home, and a jar of starter. | Community kitchen, Harbour Road 12
Book circle | 18 | books talk | This month: a short novel about a long winter. Come even if you did not finish it.
Bird count in the wetlands | 7 | nature outdoors | Two slow hours with good binoculars. No knowledge needed, quiet shoes welcome. | Reed bridge, east bank
Choir rehearsal, doors open | 18 | music | Sing along or sit and listen. Scores are provided. | St. Anne’s hall
Neighbourhood dinner | 17 | food neighbours | One long table, everybody brings a dish. The soup is taken. | Rose Street, all of it
First steps in watercolour | 14 | art making | Sky, water, one tree. Paper and brushes are here. | Studio 3, the old dairy
Bike tour to the mill | 9 | sport outdoors | Thirty flat kilometres with a stop for cake. A helper rides at the end. | Station square, south exit
Stargazing | 20 | nature night | Two telescopes and, with luck, no clouds. We meet when it is really dark. | Hill car park, upper end
Language table | 17 | talk neighbours | Spanish at one end, Polish at the other, and a bell to change seats. | Café Kompass
Quiet coding evening | 18 | tech | Bring a side project. We say what we want to finish, and then nobody talks.
Clothes swap | 11 | green neighbours | Up to seven pieces, washed and wearable. What is left goes to the shelter. | Youth centre, ground floor
Jazz in the courtyard | 18 | music outdoors | A trio, two sets, lemonade. Moves indoors if it rains. | Courtyard, Weaver Lane 9
Chess by the fountain | 12 | games outdoors | Boards are set up from noon. Beginners get a queen more. | Market fountain
Planting day | 9 | garden green | Three hundred bulbs before the frost. Spades are there, gloves are not. | Park gate, Elm Avenue
Documentary and talk | 19 | film talk | We watch it together online and talk with the director afterwards.
Five kilometres, any pace | 8 | sport | Nobody is last: the last walker is one of us. | Stadium, gate B
Pottery taster | 15 | art making | A lump of clay, an hour at the wheel. We fire it, you fetch it in two weeks. | Studio 1, the old dairy
Story hour | 15 | books family | For children from four, and those who brought them. | Library, upper floor
Lightning talks | 17 | talk tech | Seven talks of five minutes each, on anything but work. | Signal House, room 2
Mushroom walk | 8 | nature food | We look, we learn, we leave most of them standing. | Forest lodge
Yoga in the park | 8 | sport outdoors | Slow and friendly. Bring a mat or a thick towel. | Rose garden
Vinyl evening | 19 | music neighbours | Everybody plays one side and says why. | Record shop, Bridge Street
Ask me about solar | 18 | green tech | Two neighbours show the figures of their roofs and answer what they can.
Kite afternoon | 13 | family making | We build them at two and fly them at four, wind permitting. | South dyke
Community newsletter meeting | 17 | talk neighbours | Half an hour of ideas, half an hour of who writes what.
`

const ROWS = TABLE.trim()
  .split('\n')
  .map((line) => line.split(' | '))

const EDITIONS = ['', ', second round', ', open house', ', late edition']

/** The idea for the event of that number; titles repeat only after 120. */
export function ideaOf(number: number): Idea {
  const [title = '', hour = '', tags = '', description = '', place] = ROWS[number % ROWS.length] ?? []
  const round = Math.floor(number / ROWS.length)
  return {
    title: title + (EDITIONS[round] ?? ` no. ${round + 1}`),
    description,
    hour: Number(hour),
    tags: tags.split(' ').filter((tag) => tag !== ''),
    ...(place !== undefined && { place }),
  }
}
