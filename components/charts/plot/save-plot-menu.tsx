import DownloadIcon from 'lucide-react/icons/download'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { saveBlob, saveText } from '../../ui/save-file.ts'
import { PopoverWithButton } from '../../ui/overlay/lazy-overlays.tsx'
import { useToast } from '../../ui/toast.tsx'
import { buildHeadedSvgFile, convertToPng } from '../svg-file.ts'
import type { PlotDownloads } from './plot-files.ts'

/** Saves a chart as SVG or PNG, with title, range and time zone above it, or its values as CSV. */
export function SavePlotMenu({
  label,
  files,
  drawing,
}: {
  label: string
  files: PlotDownloads
  /** returns the drawing of the chart; null until the chart is drawn */
  drawing: () => SVGSVGElement | null
}) {
  const notify = useToast()
  const [isOpen, setOpen] = useState(false)
  const picture = () => {
    const drawn = drawing()
    if (!drawn) throw new Error('It is not drawn yet.')
    return buildHeadedSvgFile(drawn, files.heading())
  }
  const forms = {
    SVG: () => saveText(`${files.name()}.svg`, 'image/svg+xml', picture()),
    PNG: async () => saveBlob(`${files.name()}.png`, await convertToPng(picture())),
    CSV: () => saveText(`${files.name()}.csv`, 'text/csv', files.csv()),
  }
  const save = async (form: keyof typeof forms) => {
    setOpen(false)
    try {
      await forms[form]()
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      notify({ tone: 'down', title: `The chart could not be saved as ${form}`, detail })
    }
  }
  return (
    <PopoverWithButton
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button variant="quiet" aria-label={`Save ${label}`}>
          <DownloadIcon aria-hidden />
          Save
        </Button>
      }
      label={`Save ${label}`}
      className="flex gap-1"
    >
      {(['SVG', 'PNG', 'CSV'] as const).map((form) => (
        <Button key={form} onClick={() => void save(form)}>
          {form}
        </Button>
      ))}
    </PopoverWithButton>
  )
}
