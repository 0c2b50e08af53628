export {
  type CalendarContext,
  CalendarFaultError,
  readCalendarViews,
  dropCalendar,
  saveAndReadCalendar,
  refreshCalendar,
  refreshCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
