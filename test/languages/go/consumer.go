package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

type event struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Subject string `json:"subject"`
}

var (
	known   = map[string]bool{}    // Ids of events. In earnest a table, written together with what you do; so are the next two.
	created = map[string]bool{}    // Clients whose client.created has come.
	early   = map[string][]int64{} // Of clients whose has not: sequence numbers of what came before it.
)

func settle(ctx context.Context, receiver *azservicebus.Receiver, message *azservicebus.ReceivedMessage) error {
	var e event
	if json.Unmarshal(message.Body, &e) != nil || e.ID == "" || e.Type == "" || e.Subject == "" {
		reason := "Unreadable"
		return receiver.DeadLetterMessage(ctx, message, &azservicebus.DeadLetterOptions{Reason: &reason})
	}
	if e.Type != "client.created" && !created[e.Subject] {
		early[e.Subject] = append(early[e.Subject], *message.SequenceNumber)
		return receiver.DeferMessage(ctx, message, nil)
	}
	if !known[e.ID] && !handOn(message.Body) {
		return receiver.AbandonMessage(ctx, message, nil)
	}
	known[e.ID] = true
	if err := receiver.CompleteMessage(ctx, message, nil); err != nil || e.Type != "client.created" {
		return err
	}
	created[e.Subject] = true
	numbers := early[e.Subject]
	delete(early, e.Subject)
	if len(numbers) == 0 {
		return nil
	}
	waiting, err := receiver.ReceiveDeferredMessages(ctx, numbers, nil)
	for _, each := range waiting {
		if err == nil {
			err = settle(ctx, receiver, each)
		}
	}
	return err
}

// Your own system. False = not now: the event comes again, up to ten times.
func handOn(body []byte) bool {
	answer, err := http.Post(os.Getenv("SINK"), "application/cloudevents+json", bytes.NewReader(body))
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode < 300
}

func main() {
	ctx := context.Background()
	client, err := azservicebus.NewClientFromConnectionString(os.Getenv("SERVICE_BUS"), nil)
	if err != nil {
		log.Fatal(err)
	}
	receiver, err := client.NewReceiverForSubscription("client-events", "all", nil)
	if err != nil {
		log.Fatal(err)
	}
	for { // The SDK connects again by itself, but not for ever: the next call does.
		messages, err := receiver.ReceiveMessages(ctx, 10, nil)
		for _, message := range messages {
			if err == nil {
				err = settle(ctx, receiver, message)
			}
		}
		if err != nil {
			log.Print(err)
			time.Sleep(time.Second)
		}
	}
}
