import { Component, inject, input, signal } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { distinctUntilChanged, map, startWith, switchMap } from 'rxjs'
import type { RsvpStatus } from '../../../src/index.ts'
import { choices } from '../choices.ts'
import { moveFocus } from '../move-focus.ts'
import { markOf, NETWORK, reasonOf } from '../words.ts'
import { RSVP_STORE } from './rsvp-store.ts'

@Component({
  selector: 'event-card',
  template: `
    <article
      class="card"
      [attr.data-event-id]="eventId()"
      [attr.data-window]="event()?.rsvpWindow"
      [attr.aria-busy]="!event()"
    >
      @if (event(); as event) {
        <h2>{{ event.title }}</h2>
        <ul class="counts">
          <li data-count="going"><b>{{ event.rsvpCount ?? 0 }}</b> going</li>
          <li data-count="interested"><b>{{ event.interestedCount ?? 0 }}</b> interested</li>
        </ul>
        <p class="mark" role="status" [attr.data-sync]="event.myRsvp.sync">{{ markOf(event) }}</p>
        @if (problem()) {
          <p class="problem" role="alert">{{ problem() }}</p>
        }
        @if (event.myRsvp.sync === 'failed') {
          <div class="failure">
            <p>{{ reasonOf(event) }}</p>
            <button type="button" (click)="store.retry(eventId())">Try again</button>
            <button type="button" (click)="store.discard(eventId())">Discard</button>
          </div>
        }
        <div class="answers" role="radiogroup" aria-label="Your answer">
          @for (choice of choices(event); track choice.answer) {
            <button
              type="button"
              role="radio"
              [attr.data-answer]="choice.answer"
              [attr.aria-checked]="choice.isChosen"
              [disabled]="choice.isShut"
              [attr.tabindex]="choice.tabIndex"
              (keydown)="moveFocus($event)"
              (click)="choose(choice.answer)"
            >{{ choice.word }}</button>
          }
        </div>
        @if (network(); as network) {
          <p class="network" [attr.data-network]="network">{{ NETWORK[network] }}</p>
        }
      }
    </article>
  `,
})
export class EventCard {
  readonly eventId = input.required<string>()
  protected readonly store = inject(RSVP_STORE)
  protected readonly event = toSignal(
    toObservable(this.eventId).pipe(
      switchMap((id) => this.store.event$(id).pipe(startWith(undefined))), // nothing, rather than the event before
    ),
  )
  protected readonly network = toSignal(
    this.store.status$.pipe(
      map((status) => status.network),
      distinctUntilChanged(),
    ),
  )
  protected readonly problem = signal('')

  protected choose(wanted: RsvpStatus) {
    this.problem.set('')
    this.store.rsvp(this.eventId(), wanted).catch((error) => this.problem.set(error.message)) // not on disk, and not shown
  }

  protected readonly choices = choices
  protected readonly markOf = markOf
  protected readonly moveFocus = moveFocus
  protected readonly NETWORK = NETWORK
  protected readonly reasonOf = reasonOf
}
