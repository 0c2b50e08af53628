/**
 * Measures how soon a wall shows an event: `npm run bench wall [--rounds=2] [--walls=500]
 * [--url=http://127.0.0.1:3000]`.
 * Uses the whole product on the simulated estate, which is started unless an address is given, over this machine's
 * loopback interface:
 * - bytes, requests, processor time and layout shift of a visit of the wall;
 * - first paint of the wall in a browser whose processor is slowed down four times, always with an empty cache; also
 * the time at which its scripts had run, before which a page rendered by scripts would be empty;
 * - event to pixel, with an open stream for each wall: from the end of the poll that lost or restored a circuit's
 * redundancy to the frame in which the tile shows it; for comparison, a wall whose stream is refused and that polls
 * every 10 s.
 */
import { parseArgs } from 'node:util'
import { countVisit, printCounts } from './screens/counts.ts'
import { eventToPixel, MAX_ROUNDS } from './screens/event-to-pixel.ts'
import { printFigureLine, printMachine, printTimes, printRatio } from './screens/figures.ts'
import { firstVisits, printFirstVisitTimes } from './screens/paint.ts'
import { withProduct } from './screens/product.ts'
import { openStreams } from './screens/streams.ts'
import { openRecordedWall } from './screens/wall-record.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    walls: { type: 'string', default: '500' },
    url: { type: 'string' },
  },
})
const walls = Number(values.walls)
const LISTENS = 'listens to the stream'
const RENEWS = 'asks every 10 s'

await withProduct(values.url, async (browser, url) => {
  printMachine()
  printCounts('wall', await countVisit(browser, `${url}/wall`, '.wall-tile'))
  printFirstVisitTimes('wall', await firstVisits(browser, `${url}/wall`, '.wall-tile'))
  // open the wall that uses the stream first, because a process accepts a limited number of streams
  const shown = {
    [LISTENS]: await openRecordedWall(browser, url),
    [RENEWS]: await openRecordedWall(browser, url, (page) => page.route('**/api/v1/stream', (route) => route.abort())),
  }
  printFigureLine(`opening ${walls - 1} streams more`)
  const streams = await openStreams(url, walls - 1)
  printFigureLine(`streams open: ${streams.stillOpen()}`)
  const delays = await eventToPixel(url, shown, Math.min(MAX_ROUNDS, Number(values.rounds)))
  for (const [name, times] of Object.entries(delays)) printTimes(`event to pixel, a wall that ${name}`, times)
  printRatio('event to pixel', delays[LISTENS] ?? [], { name: `a wall that ${RENEWS}`, times: delays[RENEWS] ?? [] })
  printFigureLine(
    `changes that the streams were sent: ${streams.changes()}; still open: ${streams.stillOpen()} of ${walls - 1}`,
  )
  streams.close()
  printMachine()
})
