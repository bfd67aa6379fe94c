package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

func schedule(ctx context.Context, client *azservicebus.Client, in time.Duration, bodies ...string) []int64 {
	messages := []*azservicebus.Message{}
	for _, body := range bodies {
		messages = append(messages, text(body))
	}
	numbers, err := sender(client, "work").ScheduleMessages(ctx, messages, time.Now().Add(in), nil)
	must(err)
	return numbers
}

// What is sent, now or later, and what is too large.
var sending = map[string]behaviour{
	"schedule and call off": func(ctx context.Context, client *azservicebus.Client) {
		numbers := schedule(ctx, client, time.Hour, "a", "b")
		check(len(numbers) == 2, len(numbers))
		must(sender(client, "work").CancelScheduledMessages(ctx, numbers, nil))
		schedule(ctx, client, 2*time.Second, "soon")
		work := receiver(client, "work")
		message := one(ctx, work)
		check(string(message.Body) == "soon", string(message.Body))
		must(work.CompleteMessage(ctx, message, nil))
		nothing(ctx, work)
	},
	"call off twice": func(ctx context.Context, client *azservicebus.Client) {
		numbers := schedule(ctx, client, time.Hour, "a")
		work := sender(client, "work")
		must(work.CancelScheduledMessages(ctx, numbers, nil))
		check(work.CancelScheduledMessages(ctx, numbers, nil) != nil, "not refused")
	},
	"batches and sizes": func(ctx context.Context, client *azservicebus.Client) {
		work := sender(client, "work")
		batch, err := work.NewMessageBatch(ctx, nil)
		must(err)
		left := 0
		for ; err == nil; left++ {
			err = batch.AddMessage(&azservicebus.Message{Body: make([]byte, 5000)}, nil)
		}
		check(errors.Is(err, azservicebus.ErrMessageTooLarge), err)
		must(work.SendMessageBatch(ctx, batch, nil))
		tooLarge := work.SendMessage(ctx, &azservicebus.Message{Body: make([]byte, 300000)}, nil)
		check(tooLarge != nil, "not refused")
		// In the place of the one that was too many for the batch.
		must(work.SendMessage(ctx, &azservicebus.Message{Body: make([]byte, 250000)}, nil))
		for all := deleting(client, "work"); left > 0; {
			left -= len(some(ctx, all, 100))
		}
	},
	"property that is too large": func(ctx context.Context, client *azservicebus.Client) {
		message := text("x")
		message.ApplicationProperties = map[string]any{"p": strings.Repeat("y", 40000)}
		check(sender(client, "work").SendMessage(ctx, message, nil) != nil, "not refused")
	},
}
