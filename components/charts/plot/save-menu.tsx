'use client'

import DownloadIcon from 'lucide-react/icons/download'
import { DropdownMenu } from 'radix-ui'
import { Button } from '../../ui/button.tsx'
import { saveBlob, saveText } from '../../ui/download.ts'
import { useToast } from '../../ui/toast.tsx'
import { headedSvgFile, pngFile } from '../svg-file.ts'
import type { PlotFiles } from './plot-files.ts'

/** Saves a chart as SVG or PNG, with title, range and zone above it, or its numbers as CSV. */
export function SaveMenu({
  label,
  files,
  drawing,
}: {
  label: string
  files: PlotFiles
  /** null until it is drawn */
  drawing: () => SVGSVGElement | null
}) {
  const notify = useToast()
  const picture = () => {
    const drawn = drawing()
    if (!drawn) throw new Error('It is not drawn yet.')
    return headedSvgFile(drawn, files.heading())
  }
  const forms = {
    SVG: () => saveText(`${files.name()}.svg`, 'image/svg+xml', picture()),
    PNG: async () => saveBlob(`${files.name()}.png`, await pngFile(picture())),
    CSV: () => saveText(`${files.name()}.csv`, 'text/csv', files.csv()),
  }
  const save = async (form: keyof typeof forms) => {
    try {
      await forms[form]()
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      notify({ tone: 'down', title: `The chart could not be saved as ${form}`, detail })
    }
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button variant="quiet" aria-label={`Save ${label}`}>
          <DownloadIcon aria-hidden />
          Save
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-24 rounded-md border bg-surface p-1 shadow-xl"
        >
          {(['SVG', 'PNG', 'CSV'] as const).map((form) => (
            <DropdownMenu.Item
              key={form}
              onSelect={() => void save(form)}
              className="flex h-7 cursor-pointer items-center rounded-sm px-2 text-xs outline-none data-highlighted:bg-hover"
            >
              {form}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
