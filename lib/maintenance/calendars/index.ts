export {
  type CalendarContext,
  CalendarFaultError,
  calendarViews,
  dropCalendar,
  putCalendar,
  readCalendarNow,
  refreshCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
