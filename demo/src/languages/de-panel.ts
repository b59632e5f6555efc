import type { Catalogue } from './catalogue.ts'

export const panel: Catalogue['panel'] = {
  title: 'Netz',
  lead: 'Such dir aus, wie sich der Beispielserver benimmt, und antworte dann auf etwas. Was auch passiert: Nichts, was du gesagt hast, geht verloren.',
  gone: 'Der Beispielserver ist nicht zu erreichen. Auch das ist eine Laune: Die App macht mit dem weiter, was sie hat.',
  moods: 'Wie sich der Server benimmt',
  elsewhere: 'Auf deinem anderen Gerät antworten',
  taken: 'Was beim Server angekommen ist',
  noneTaken: 'Noch nichts.',
  requests: 'Letzte Anfragen',
  noReply: 'keine Antwort',
  inspector: 'Hinter den Kulissen',
  startOver: 'Von vorn anfangen',
  startOverSays: 'Stellt einen neuen Beispielserver auf und vergisst alles auf diesem Gerät.',
  mood: {
    well: { name: 'Alles gut', says: 'Alles wird sofort beantwortet.' },
    slow: {
      name: 'Langsam',
      says: 'Jede Antwort braucht drei Sekunden. Was du antippst, siehst du trotzdem sofort.',
    },
    down: {
      name: 'Niemand da',
      says: 'Nichts meldet sich. Deine Antworten warten hier und gehen später raus.',
    },
    'lost-request': {
      name: 'Anfragen gehen verloren',
      says: 'Nichts, was du schickst, kommt an, obwohl das Netz gut aussieht.',
    },
    'lost-reply': {
      name: 'Rückmeldungen gehen verloren',
      says: 'Der Server hört dich, aber du hörst nichts zurück. Die App sieht nach, bevor sie noch einmal sendet.',
    },
    'server-error': { name: 'In Not', says: 'Der Server antwortet auf alles mit einem Fehler.' },
    refusing: {
      name: 'Sagt Nein',
      says: 'Jede Antwort wird abgelehnt. Versuch es später noch einmal, oder verwirf sie.',
    },
    'rate-limited': {
      name: 'Überlaufen',
      says: 'Der Server bittet jedes Mal alle, zwei Sekunden zu warten.',
    },
    'signed-out': {
      name: 'Abgemeldet',
      says: 'Der Server kennt dich nicht mehr. Deine Antworten warten, bis du zurück bist.',
    },
    'captive-portal': {
      name: 'WLAN im Bahnhof',
      says: 'Eine Begrüßungsseite antwortet an Stelle des Servers. Sie darf nicht als Ja durchgehen.',
    },
  },
}
