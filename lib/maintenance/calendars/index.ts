export {
  type CalendarContext,
  CalendarFaultError,
  calendarViews,
  dropCalendar,
  putCalendar,
  readCalendarNow,
  refreshCalendars,
  takeCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
