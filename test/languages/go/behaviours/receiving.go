package main

import (
	"context"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

const (
	many   = 5000
	atOnce = 500
)

func sendMany(ctx context.Context, client *azservicebus.Client) {
	work := sender(client, "work")
	defer work.Close(ctx)
	for sent := 0; sent < many; sent += atOnce {
		batch, err := work.NewMessageBatch(ctx, nil)
		must(err)
		for range atOnce {
			must(batch.AddMessage(text("m"), nil))
		}
		must(work.SendMessageBatch(ctx, batch, nil))
	}
}

// What a receiver gets, and when.
var receiving = map[string]behaviour{
	"late message": func(ctx context.Context, client *azservicebus.Client) {
		work := receiver(client, "work")
		other := connect(os.Getenv("SERVICE_BUS"))
		go func() {
			time.Sleep(1500 * time.Millisecond)
			send(ctx, other, "work", "late")
		}()
		must(work.CompleteMessage(ctx, one(ctx, work), nil))
	},
	"many messages": func(ctx context.Context, client *azservicebus.Client) {
		sendMany(ctx, client)
		work := receiver(client, "work")
		for got := 0; got < many; {
			messages := some(ctx, work, 1000)
			for _, message := range messages {
				must(work.CompleteMessage(ctx, message, nil))
			}
			got += len(messages)
		}
	},
	"many messages beside one that is held": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "held")
		work := receiver(client, "work")
		held := one(ctx, work)
		sendMany(ctx, client)
		all := deleting(client, "work")
		for got := 0; got < many; {
			got += len(some(ctx, all, 1000))
		}
		must(work.CompleteMessage(ctx, held, nil))
	},
	"renew a lock": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "x")
		work := receiver(client, "work")
		message := one(ctx, work)
		before := *message.LockedUntil
		time.Sleep(50 * time.Millisecond)
		must(work.RenewMessageLock(ctx, message, nil))
		check(message.LockedUntil.After(before), "It ends at ", message.LockedUntil)
		must(work.CompleteMessage(ctx, message, nil))
	},
	"peek": func(ctx context.Context, client *azservicebus.Client) {
		send(ctx, client, "work", "1", "2")
		work := receiver(client, "work")
		for _, wanted := range []int{2, 0} {
			seen, err := work.PeekMessages(ctx, 5, nil)
			must(err)
			check(len(seen) == wanted, len(seen))
		}
		for range 2 {
			must(work.CompleteMessage(ctx, one(ctx, work), nil))
		}
	},
}
