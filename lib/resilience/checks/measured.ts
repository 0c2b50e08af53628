import type { PostureFacts } from './facts.ts'
import { fail, type Judged, of, read, unknown } from './judged.ts'

/** That BFD runs is in nothing that Azure states: what can be proved is that a session waited for its hold timer. */
export const bfd = ({ circuits }: PostureFacts): Judged[] =>
  circuits
    .filter(({ peerings }) => peerings.length > 0)
    .map((circuit) => {
      const held = circuit.losses.find(({ mechanism }) => mechanism === 'hold_timer')
      if (held) {
        const reason = `On ${held.at.slice(0, 10)} a session ended by its hold timer, after forwarding had been lost: BFD would have ended it in seconds.`
        return of(circuit, fail(reason, read('loss by hold timer', held.at)))
      }
      const last = circuit.losses[0]
      return of(
        circuit,
        last
          ? unknown('Azure does not state it, and no loss of the last 180 days shows it.', read('last loss', last.at))
          : unknown('Azure does not state it, and no session was lost in the last 180 days.'),
      )
    })
