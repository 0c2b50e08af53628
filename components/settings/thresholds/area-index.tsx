import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import type { ThresholdView } from '#lib/contract/index.ts'
import { plural } from '../../format/quantity.ts'
import { areaOf, areasOf } from './threshold-areas.ts'

/** What thresholds are about, to choose from where all of them would be a page of many screens. */
export function AreaIndex({
  thresholds,
  onArea,
}: {
  thresholds: readonly ThresholdView[]
  onArea: (area: string) => void
}) {
  return (
    <ul aria-label="Areas" className="divide-y">
      {areasOf(thresholds).map((area) => {
        const own = thresholds.filter(({ name }) => areaOf(name) === area)
        const changed = own.filter(({ value, shipped }) => value !== shipped).length
        return (
          <li key={area}>
            <button
              type="button"
              onClick={() => onArea(area)}
              className="flex min-h-10 w-full items-center gap-2 px-3.5 text-left -outline-offset-2 hover:bg-hover"
            >
              <span className="font-medium">{area}</span>
              <span className="ml-auto text-xs text-ink-3">
                {plural(own.length, 'threshold')}
                {changed > 0 && `, ${changed} changed`}
              </span>
              <ChevronRightIcon aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            </button>
          </li>
        )
      })}
    </ul>
  )
}
