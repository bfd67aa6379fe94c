package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

// What is there, for whom, and what a Standard namespace refuses.
var entities = map[string]behaviour{
	"missing queue, sent to": func(ctx context.Context, client *azservicebus.Client) {
		refusedAs(azservicebus.CodeNotFound, sender(client, "nowhere").SendMessage(ctx, text("x"), nil))
	},
	"missing queue, received from": func(ctx context.Context, client *azservicebus.Client) {
		_, err := receiver(client, "nowhere").ReceiveMessages(ctx, 1, nil)
		refusedAs(azservicebus.CodeNotFound, err)
	},
	"wrong key": func(ctx context.Context, _ *azservicebus.Client) {
		wrong := strings.Replace(os.Getenv("SERVICE_BUS"), "SharedAccessKey=", "SharedAccessKey=x", 1)
		err := sender(connect(wrong), "work").SendMessage(ctx, text("x"), nil)
		refusedAs(azservicebus.CodeUnauthorizedAccess, err)
	},
	"session": func(ctx context.Context, client *azservicebus.Client) {
		_, err := client.AcceptSessionForQueue(ctx, "work", "s", nil)
		check(err != nil, "not refused")
		soon, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		_, err = client.AcceptNextSessionForQueue(soon, "work", nil)
		check(err != nil && soon.Err() == nil, "not refused in time: ", err)
	},
	"topic with a filter": func(ctx context.Context, client *azservicebus.Client) {
		for _, kind := range []string{"a", "z"} {
			message := text(kind)
			message.ApplicationProperties = map[string]any{"type": kind}
			must(sender(client, "events").SendMessage(ctx, message, nil))
		}
		for subscription, wanted := range map[string][]string{"some": {"a"}, "all": {"a", "z"}} {
			receiver, err := client.NewReceiverForSubscription("events", subscription, nil)
			must(err)
			for _, kind := range wanted {
				message := one(ctx, receiver)
				check(string(message.Body) == kind, subscription, ": ", string(message.Body))
				must(receiver.CompleteMessage(ctx, message, nil))
			}
			nothing(ctx, receiver)
		}
	},
	"receive from a topic": func(ctx context.Context, client *azservicebus.Client) {
		_, err := receiver(client, "events").ReceiveMessages(ctx, 1, nil)
		check(err != nil, "not refused")
	},
}
