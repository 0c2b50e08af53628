import { test } from '@playwright/test'
import type { Event } from '#lib/incidents/api/index.ts'
import type { Overview } from '#lib/overview/api/index.ts'
import { alterAnswers, askedAgain } from './altered-answers.ts'
import { circuitNamed, outageOf, settled } from './estate.ts'
import { expectNoHoles } from './holes.ts'
import { longIf } from './long.ts'

// appearance.spec.ts: pages whose panels do not depend on amounts
/** So many entries of each list, between none and more than are shown. */
const amounts = [
  { problems: 0, events: 0 },
  { problems: 1, events: 12 },
  { problems: 2, events: 1 },
  { problems: 4, events: 5 },
  { problems: 20, events: 3 },
]

for (const { problems, events } of amounts) {
  test(
    `no hole is left on the overview by ${problems} that fail and ${events} events`,
    longIf(true),
    async ({ page, request }) => {
      const { id } = await circuitNamed(request, 'erc-london')
      const { root } = await outageOf(request)
      await alterAnswers<Overview>(page, /\/api\/v1\/overview$/, (overview) => ({
        ...overview,
        worstFirst: Array.from({ length: problems }, (_, index) => ({
          type: 'circuit',
          id: `${id}-${index}`,
          name: `erc-problem-${index}`,
          state: 'reduced',
          kind: null,
          severity: 'degraded',
          reason: 'The secondary path is down.',
          incidentId: null,
          since: null,
          href: `/circuits/${id}`,
        })),
        recentEvents: Array.from(
          { length: events },
          (_, index): Event => ({
            ...(root as Event),
            id: `event-${index}`,
            scopeName: `erc-event-${index}`,
          }),
        ),
      }))
      await page.goto('/')
      await settled(page)
      // the first: of many the last are not shown
      await askedAgain(page, page.getByText(events === 0 ? 'No events yet' : 'erc-event-0', { exact: true }))
      await expectNoHoles(page)
    },
  )
}
