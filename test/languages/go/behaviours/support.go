package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func check(held bool, seen ...any) {
	if !held {
		panic(fmt.Sprint(seen...))
	}
}

// Without repeats, so that what is refused is seen at once.
func connect(connection string) *azservicebus.Client {
	options := &azservicebus.ClientOptions{RetryOptions: azservicebus.RetryOptions{MaxRetries: -1}}
	client, err := azservicebus.NewClientFromConnectionString(connection, options)
	must(err)
	return client
}

func sender(client *azservicebus.Client, to string) *azservicebus.Sender {
	sender, err := client.NewSender(to, nil)
	must(err)
	return sender
}

func text(body string) *azservicebus.Message { return &azservicebus.Message{Body: []byte(body)} }

func send(ctx context.Context, client *azservicebus.Client, to string, bodies ...string) {
	sender := sender(client, to)
	defer sender.Close(ctx)
	for _, body := range bodies {
		must(sender.SendMessage(ctx, text(body), nil))
	}
}

func receiver(client *azservicebus.Client, from string) *azservicebus.Receiver {
	return receiverWith(client, from, nil)
}

func dead(client *azservicebus.Client, from string) *azservicebus.Receiver {
	return receiverWith(client, from, &azservicebus.ReceiverOptions{SubQueue: azservicebus.SubQueueDeadLetter})
}

func deleting(client *azservicebus.Client, from string) *azservicebus.Receiver {
	return receiverWith(client, from, &azservicebus.ReceiverOptions{ReceiveMode: azservicebus.ReceiveModeReceiveAndDelete})
}

func receiverWith(client *azservicebus.Client, from string, options *azservicebus.ReceiverOptions) *azservicebus.Receiver {
	receiver, err := client.NewReceiverForQueue(from, options)
	must(err)
	return receiver
}

func some(ctx context.Context, receiver *azservicebus.Receiver, most int) []*azservicebus.ReceivedMessage {
	soon, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	messages, err := receiver.ReceiveMessages(soon, most, nil)
	must(err)
	return messages
}

func one(ctx context.Context, receiver *azservicebus.Receiver) *azservicebus.ReceivedMessage {
	return some(ctx, receiver, 1)[0]
}

func nothing(ctx context.Context, receiver *azservicebus.Receiver) {
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	messages, err := receiver.ReceiveMessages(soon, 1, nil)
	check(len(messages) == 0 && errors.Is(err, context.DeadlineExceeded), len(messages), " messages: ", err)
}

// What the SDK says of a refusal: its code, or the text of an error that has none.
func refusal(err error) string {
	var known *azservicebus.Error
	if errors.As(err, &known) {
		return string(known.Code)
	}
	if err == nil {
		return "not refused"
	}
	return err.Error()
}

func refusedAs(code azservicebus.Code, err error) {
	check(refusal(err) == string(code), refusal(err))
}
