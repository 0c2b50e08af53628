import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { IconButton } from '../ui/button.tsx'
import type { MapPlace } from './map-model.ts'

/** Button that expands or collapses the circuits of a place on the map. */
export function FoldMapPlaceButton({
  place: { name, fold },
  onFold,
}: {
  place: Pick<MapPlace, 'name' | 'fold'>
  onFold: (place: string) => void
}) {
  if (!fold) return null
  return (
    <IconButton
      label={fold.isOpen ? `Collapse ${name}` : `Expand ${name}: ${fold.circuits} circuits`}
      aria-expanded={fold.isOpen}
      // The sizes are in px and not in rem, because the surrounding drawing is already scaled with the font size of the
      // screen.
      className="print:hidden h-[24px]! w-[24px]! [&_svg]:size-[16px]!"
      onClick={() => onFold(name)}
    >
      {fold.isOpen ? <ChevronDownIcon aria-hidden /> : <ChevronRightIcon aria-hidden />}
    </IconButton>
  )
}
