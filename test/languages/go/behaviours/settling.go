package main

import (
	"context"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

const large = int64(1)<<60 + 1

// The four settlements, and what is not theirs to settle any more.
var settling = map[string]behaviour{
	"complete": func(ctx context.Context, client *azservicebus.Client) {
		id, subject := "m1", "s"
		message := &azservicebus.Message{
			Body: []byte("x"), MessageID: &id, Subject: &subject,
			ApplicationProperties: map[string]any{"big": large, "a": int32(1), "s": "t"},
		}
		must(sender(client, "work").SendMessage(ctx, message, nil))
		work := receiver(client, "work")
		got := one(ctx, work)
		check(got.MessageID == "m1" && *got.Subject == "s", got.MessageID)
		check(got.ApplicationProperties["big"] == large, got.ApplicationProperties)
		check(got.LockedUntil != nil && got.SequenceNumber != nil && got.EnqueuedTime != nil, "Annotations are missing")
		must(work.CompleteMessage(ctx, got, nil))
		nothing(ctx, work)
	},
	"abandon": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		work := receiver(client, "work")
		options := &azservicebus.AbandonMessageOptions{PropertiesToModify: map[string]any{"n": large}}
		must(work.AbandonMessage(ctx, one(ctx, work), options))
		got := one(ctx, work)
		check(got.ApplicationProperties["n"] == large, got.ApplicationProperties)
		// The SDK gives back what comes while nobody is receiving, which is counted too.
		check(got.DeliveryCount == 1 || got.DeliveryCount == 2, got.DeliveryCount)
		must(work.CompleteMessage(ctx, got, nil))
	},
	"defer": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		work := receiver(client, "work")
		message := one(ctx, work)
		must(work.DeferMessage(ctx, message, nil))
		nothing(ctx, work)
		deferred, err := work.ReceiveDeferredMessages(ctx, []int64{*message.SequenceNumber}, nil)
		must(err)
		must(work.CompleteMessage(ctx, deferred[0], nil))
	},
	"deferred message that is not there": func(ctx context.Context, client *azservicebus.Client) {
		_, err := receiver(client, "work").ReceiveDeferredMessages(ctx, []int64{987654}, nil)
		check(err != nil, "not refused")
		check(refusal(err) == string(azservicebus.CodeNotFound) || strings.Contains(err.Error(), "not found"), refusal(err))
	},
	"dead-letter": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		reason, description := "R", "D"
		work, letters := receiver(client, "work"), dead(client, "work")
		must(work.DeadLetterMessage(ctx, one(ctx, work), &azservicebus.DeadLetterOptions{
			Reason: &reason, ErrorDescription: &description, PropertiesToModify: map[string]any{"n": large},
		}))
		letter := one(ctx, letters)
		check(*letter.DeadLetterReason == "R" && *letter.DeadLetterErrorDescription == "D", *letter.DeadLetterReason)
		check(letter.DeadLetterSource != nil && *letter.DeadLetterSource == "work", "The source is missing")
		check(letter.ApplicationProperties["n"] == large, letter.ApplicationProperties)
		must(letters.CompleteMessage(ctx, letter, nil))
	},
	"dead-letter a dead letter": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		work, letters := receiver(client, "work"), dead(client, "work")
		must(work.DeadLetterMessage(ctx, one(ctx, work), nil))
		letter := one(ctx, letters)
		check(letters.DeadLetterMessage(ctx, letter, nil) != nil, "not refused")
		must(letters.CompleteMessage(ctx, letter, nil))
	},
	"settle twice": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		work := receiver(client, "work")
		message := one(ctx, work)
		must(work.CompleteMessage(ctx, message, nil))
		refusedAs(azservicebus.CodeLockLost, work.RenewMessageLock(ctx, message, nil))
	},
	"settle when the link is closed": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		closed := receiver(client, "work")
		message := one(ctx, closed)
		must(closed.Close(ctx))
		work := receiver(client, "work")
		nothing(ctx, work)
		// This SDK settles it with its lock token, over the management link.
		must(work.CompleteMessage(ctx, message, nil))
	},
	"settle when the lock is lost": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "brief", "x")
		brief := receiver(client, "brief")
		message := one(ctx, brief)
		time.Sleep(5300 * time.Millisecond)
		refusedAs(azservicebus.CodeLockLost, brief.CompleteMessage(ctx, message, nil))
		refusedAs(azservicebus.CodeLockLost, brief.RenewMessageLock(ctx, message, nil))
		must(brief.CompleteMessage(ctx, one(ctx, brief), nil))
	},
	"delivered too often": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "brief", "x")
		brief, letters := receiver(client, "brief"), dead(client, "brief")
		for range 2 {
			must(brief.AbandonMessage(ctx, one(ctx, brief), nil))
		}
		letter := one(ctx, letters)
		check(*letter.DeadLetterReason == "MaxDeliveryCountExceeded", *letter.DeadLetterReason)
		must(letters.CompleteMessage(ctx, letter, nil))
	},
}
