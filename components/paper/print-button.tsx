import PrinterIcon from 'lucide-react/icons/printer'
import { Button } from '../ui/button.tsx'

/** Button that opens the browser's print dialog, which shows a preview of the sheet. */
export const PrintButton = () => (
  <Button data-palette onClick={() => window.print()} className="print:hidden">
    <PrinterIcon aria-hidden />
    Print
  </Button>
)
