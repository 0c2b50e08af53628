'use client'

import DownloadIcon from 'lucide-react/icons/download'
import { type ReactNode, useRef } from 'react'
import { Button } from '../../ui/button.tsx'
import { saveBlob, saveText } from '../../ui/download.ts'
import { headedSvgFile, type PictureHeading, pngFile } from '../svg-file.ts'
import { useNearViewport } from './use-near-viewport.ts'

/** What is saved of a chart beside its picture. */
export interface PlotFiles extends PictureHeading {
  /** of the files, without its ending */
  name: string
  /** the numbers behind the picture */
  csv: () => string
}

/**
 * The place of a chart with axes, and the files of it. It keeps its height from the start, and draws what is in it when it comes near
 * the viewport. The charting library is in the part that is loaded then.
 * @param label what the chart shows, for screen readers
 */
export function PlotFrame({
  label,
  files,
  className,
  children,
}: {
  label: string
  files: PlotFiles
  className: string
  children: ReactNode
}) {
  const [place, isNear] = useNearViewport<HTMLDivElement>()
  const surface = useRef<HTMLDivElement>(null)
  const picture = () => {
    const drawn = surface.current?.querySelector<SVGSVGElement>('svg.recharts-surface')
    return drawn ? headedSvgFile(drawn, files) : null
  }
  const savePng = async (svg: string) => saveBlob(`${files.name}.png`, await pngFile(svg))
  return (
    <div ref={place}>
      <div ref={surface} role="group" aria-label={label} className={className} data-plot>
        {isNear && children}
      </div>
      <div className="mt-1 flex justify-end gap-1.5 print:hidden">
        <Button variant="quiet" onClick={() => saveText(`${files.name}.csv`, 'text/csv', files.csv())}>
          <DownloadIcon aria-hidden />
          CSV
        </Button>
        {(['SVG', 'PNG'] as const).map((form) => (
          <Button
            key={form}
            variant="quiet"
            onClick={() => {
              const svg = picture()
              if (svg && form === 'SVG') saveText(`${files.name}.svg`, 'image/svg+xml', svg)
              if (svg && form === 'PNG') void savePng(svg)
            }}
          >
            <DownloadIcon aria-hidden />
            {form}
          </Button>
        ))}
      </div>
    </div>
  )
}
